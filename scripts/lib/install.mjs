import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npmCommand, run } from './run.mjs';

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** npm's own record of what it installed; it is written last, so a killed install leaves none. */
const recordOf = (root) => join(root, 'node_modules', '.package-lock.json');
const stampOf = (root) => join(root, 'node_modules', '.q-install.json');
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

function modifiedMs(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Which C library this Node.js was built for: npm's packages say `libc: ["glibc"]` or `["musl"]`. */
function cLibrary() {
  return process.report?.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function fitsHere(entry) {
  const { os, cpu, libc } = entry;
  if (!os && !cpu && !libc) return false;
  if (os && !os.includes(process.platform)) return false;
  if (cpu && !cpu.includes(process.arch)) return false;
  return !libc || process.platform !== 'linux' || libc.includes(cLibrary());
}

/** Whether a package of the lock file has to be there for `kind`. */
function isNeeded(path, entry, kind) {
  if (!path.includes('node_modules/')) return false;
  if (kind === 'prod' && (entry.dev || entry.devOptional)) return false;
  return !(entry.optional || entry.devOptional) || fitsHere(entry);
}

/** True when node_modules holds all of the lock file, in its versions, whoever installed it. */
function isComplete(root, kind) {
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(recordOf(root))?.packages;
  if (!locked || !installed) return false;
  return Object.entries(locked)
    .filter(([path, entry]) => isNeeded(path, entry, kind))
    .every(([path, entry]) => {
      const found = installed[path];
      const isSame = found && found.version === entry.version && found.resolved === (entry.resolved ?? found.resolved);
      return isSame && existsSync(join(root, path));
    });
}

function writeStamp(root, kind) {
  const stamp = { lock: lockHash(root), kind, recordModifiedMs: modifiedMs(recordOf(root)) };
  try {
    writeFileSync(stampOf(root), `${JSON.stringify(stamp)}\n`);
  } catch {
    // A read-only install is checked in full at every start instead.
  }
}

/**
 * True when the dependencies for `kind` are there: `prod` to run the product, `full` to test it as well. A quick look at
 * the stamp of an earlier start; without one, the lock file is compared with what npm recorded.
 */
export function isInstalled(root, kind) {
  const stamp = readJson(stampOf(root));
  const isCurrent = stamp?.lock === lockHash(root) && stamp.recordModifiedMs === modifiedMs(recordOf(root));
  if (isCurrent && (stamp.kind === 'full' || kind === 'prod')) return true;
  const found = ['full', 'prod'].find((each) => isComplete(root, each));
  if (found) writeStamp(root, found);
  return found === 'full' || (found === 'prod' && kind === 'prod');
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** npm needs a cache; where the home folder cannot be written it gets one beside the product. */
function npmEnvironment(root) {
  const usual = process.env.npm_config_cache ?? join(homedir(), '.npm');
  if (isWritable(usual)) return { environment: process.env, cleanUp: () => undefined };
  const own = join(root, '.cache', 'npm');
  return {
    environment: { ...process.env, npm_config_cache: own },
    cleanUp: () => rmSync(own, { recursive: true, force: true }),
  };
}

async function install(root, kind) {
  rmSync(stampOf(root), { force: true });
  const npm = npmCommand();
  const { environment, cleanUp } = npmEnvironment(root);
  const which = kind === 'prod' ? '--omit=dev' : '--include=dev';
  const args = [
    ...npm.args,
    'ci',
    which,
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-update-notifier',
  ];
  const code = await run(npm.command, args, { cwd: root, env: environment });
  if (code !== 0 || !existsSync(recordOf(root))) {
    throw new Error(`"npm ci" failed (exit code ${code}); its message is above. Mend the cause and start again.`);
  }
  writeStamp(root, kind);
  cleanUp();
}

/**
 * Installs the dependencies that `kind` needs when they are missing or of another lock file. Two processes may ask at
 * once: one installs, the other waits. Throws a sentence for an operator.
 */
export async function ensureInstalled(root, kind, say) {
  if (isInstalled(root, kind)) return;
  if (!isWritable(root)) {
    throw new Error(`Dependencies are missing and ${root} cannot be written. Run "npm ci" there as its owner first.`);
  }
  const onWait = () => say('Another process is installing here. Waiting for it.');
  await withLock(join(root, '.cache', 'install.lock'), onWait, async () => {
    if (isInstalled(root, kind)) return;
    const startedAt = Date.now();
    say('Installing dependencies.');
    await install(root, kind);
    say(`Dependencies are installed (${Math.round((Date.now() - startedAt) / 1000)} s).`);
  });
}
