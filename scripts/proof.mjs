// Proves that the money is right, and ends with one line of verdict.
//   npm run proof                     the ordinary proof, from a fresh seed, which is printed
//   npm run proof -- --seed 42        the same choices again
//   npm run proof -- --full           the long one
//   npm run proof -- --defects        only the defects that the proof has to catch
//   npm run proof -- proof/model      only these parts
import { nodeVersionFault } from './lib/node-version.mjs';

function say(message) {
  process.stderr.write(`\nq-marketplace: ${message}\n`);
}

async function prove() {
  const fault = nodeVersionFault(process.versions.node);
  if (fault) throw new Error(fault);
  const { dirname } = await import('node:path');
  const { fileURLToPath } = await import('node:url');
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  process.chdir(root);
  const { ensureInstalled } = await import('./lib/install.mjs');
  await ensureInstalled(root, 'full', say);
  await import('./lib/register-typescript.mjs');
  const { runProof } = await import('../proof/run.ts');
  return runProof(root, process.argv.slice(2));
}

const verdict = await prove().catch((error) => ({ ok: false, line: `not proved: ${error.message}` }));
process.stdout.write(`${verdict.line}\n`);
process.exitCode = verdict.ok ? 0 : 1;
