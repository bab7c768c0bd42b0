import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const SERVER = fileURLToPath(new URL('../../apps/server', import.meta.url));

/** Workspaces go into the bundle, packages stay outside; every file still thinks that it is where it was, and finds its neighbours. */
const asIfInPlace: Plugin = {
  name: 'as-if-in-place',
  setup(bundler) {
    bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@q/') ? undefined : { path, external: true },
    );
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const here = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', () => here) };
    });
  },
};

/** The server as one file, which starts with half the work: that counts where it is started a hundred times. Remove it with `remove`. */
export async function bundleServer(): Promise<{ file: string; remove(): void }> {
  const folder = join(SERVER, 'node_modules', '.cache', `proof-${process.pid}`);
  const file = join(folder, 'main.mjs');
  mkdirSync(dirname(file), { recursive: true });
  const entry = join(SERVER, 'src', 'main.ts');
  const target = `node${process.versions.node}`;
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target,
    outfile: file,
    plugins: [asIfInPlace],
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
