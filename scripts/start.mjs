// Starts the product on a fresh machine: installs what is missing, builds the web pages once, and runs the server in
// this very process, so that signals and exit codes are the server's own.
import { nodeVersionFault } from './lib/node-version.mjs';

function say(message) {
  process.stderr.write(`q-marketplace: ${message}\n`);
}

/** Makes everything ready and returns the file to run. */
async function prepare() {
  const { dirname } = await import('node:path');
  const { fileURLToPath, pathToFileURL } = await import('node:url');
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  process.chdir(root);

  const { ensureInstalled } = await import('./lib/install.mjs');
  await ensureInstalled(root, 'prod', say);
  const { ensureWebBuilt } = await import('./lib/build-web.mjs');
  await ensureWebBuilt(root, say);

  const { bundleServer } = await import('./lib/bundle-server.mjs');
  const file = await bundleServer(root);
  process.setSourceMapsEnabled(true);
  return pathToFileURL(file).href;
}

function giveUp(message) {
  say(message);
  process.exit(1);
}

/** An error of the server itself is left to Node.js, which shows where it came from. */
async function start() {
  const fault = nodeVersionFault(process.versions.node);
  if (fault) giveUp(fault);
  const main = await prepare().catch((error) => giveUp(error.message));
  await import(main);
}

void start();
