import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, stop } from 'esbuild';
import { sourceHash } from './source-hash.mjs';

const SOURCES = [
  'apps/server/src',
  'packages/assistant/src',
  'packages/contract/src',
  'packages/providers/src',
  'package-lock.json',
  'scripts/lib/bundle-server.mjs',
];

/** Workspaces go into the bundle, packages stay outside; every file still finds its neighbours where they were. */
function asIfInPlace(folder) {
  return {
    name: 'as-if-in-place',
    setup(bundler) {
      bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' || path.startsWith('@q/') ? undefined : { path, external: true },
      );
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const there = `new URL(${JSON.stringify(relative(folder, path))}, import.meta.url).href`;
        return { loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', () => there) };
      });
    },
  };
}

/** The line that a bundle of these sources begins with. */
const firstLine = (root) => `// ${sourceHash(root, SOURCES)} ${process.version}`;

function beginsWith(file, line) {
  const bytes = Buffer.alloc(line.length);
  try {
    const opened = openSync(file);
    readSync(opened, bytes);
    closeSync(opened);
  } catch {
    return false;
  }
  return bytes.toString() === line;
}

/**
 * Writes the server as one JavaScript file, and returns its path. From its sources it would need a fifth more memory and a tenth more time a call: a
 * thread that takes types out of them, and a look at another module's variable for each name that one imports.
 * Takes a third of a second, and none when it was written before. Processes that do so at the same time leave one whole file.
 */
export async function bundleServer(root) {
  const server = join(root, 'apps', 'server');
  const file = join(server, 'dist', 'main.mjs');
  const line = firstLine(root);
  if (beginsWith(file, line)) return file;
  // Beside the place it is read from and moved, so that nobody ever reads half of it.
  const fresh = join(server, 'dist', `main-${randomBytes(6).toString('hex')}.mjs`);
  try {
    await build({
      entryPoints: [join(server, 'src', 'main.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: `node${process.versions.node}`,
      outfile: fresh,
      sourcemap: 'inline',
      sourcesContent: false,
      banner: { js: line },
      plugins: [asIfInPlace(dirname(file))],
    });
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
    // esbuild works in a process of its own, which is not needed any more.
    await stop();
  }
  return file;
}
