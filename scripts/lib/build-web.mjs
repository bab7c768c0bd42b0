import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { sourceHash } from './source-hash.mjs';

const SOURCES = ['apps/web', 'packages/contract', 'package-lock.json', 'tsconfig.base.json'];
function builtHash(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'apps', 'web', 'dist', '.q-build.json'), 'utf8')).sources;
  } catch {
    return null;
  }
}

/** Builds beside the place the server reads from and swaps, so that nobody ever sees half of it. */
async function build(root, sources) {
  const web = join(root, 'apps', 'web');
  const work = join(root, '.cache', `web-${process.pid}`);
  const fresh = join(work, 'dist');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const vite = join(dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js');
    const args = [vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
    const code = await run(process.execPath, args, { cwd: web, env: { ...process.env, NODE_ENV: 'production' } });
    if (code !== 0) throw new Error(`The web pages could not be built (exit code ${code}); the message is above.`);
    writeFileSync(join(fresh, '.q-build.json'), `${JSON.stringify({ sources })}\n`);
    const dist = join(web, 'dist');
    if (existsSync(dist)) renameSync(dist, join(work, 'old'));
    renameSync(fresh, dist);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Builds the web pages when they are missing or older than their sources. Throws a sentence for an operator. */
export async function ensureWebBuilt(root, say) {
  const sources = sourceHash(root, SOURCES);
  if (builtHash(root) === sources) return;
  const onWait = () => say('Another process is building the web pages. Waiting for it.');
  await withLock(join(root, '.cache', 'install.lock'), onWait, async () => {
    if (builtHash(root) === sources) return;
    const startedAt = Date.now();
    say('Building the web pages.');
    await build(root, sources);
    say(`The web pages are built (${Math.round((Date.now() - startedAt) / 1000)} s).`);
  });
}
