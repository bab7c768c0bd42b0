// A loader of Node.js for TypeScript sources: types are taken out of each file when it is imported, nothing is written to disk.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stop, transform } from 'esbuild';

/** esbuild works in a process of its own, which is not kept once the server has been loaded. */
const IDLE_MS = 2_000;

let idle;

/** Module hook of Node.js: gives the JavaScript of a TypeScript file. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = await transform(await readFile(sourcefile, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: `node${process.versions.node}`,
    sourcefile,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  clearTimeout(idle);
  idle = setTimeout(stop, IDLE_MS).unref();
  return { format: 'module', source: code, shortCircuit: true };
}
