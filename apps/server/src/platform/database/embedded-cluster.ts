import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, accountFor, bareEnvironment, giveTo, runAs } from './embedded-account.ts';
import { type Binaries, prepareBinaries } from './embedded-binaries.ts';
import { isAlive } from './embedded-process.ts';

/** A database cluster on disk that its programs can serve. */
export interface Cluster {
  dataDir: string;
  /** `<dataDir>/postgres` */
  folder: string;
  /** `<dataDir>/postgres.log` */
  logFile: string;
  /** Of the superuser `postgres`. */
  password: string;
  account: Account | null;
  binaries: Binaries;
}

/**
 * How programs are told where the cluster is. On Linux they are started inside it and given this name for "here":
 * PostgreSQL works relative to its data folder, so none of the folders above needs to be open to its account.
 */
export function clusterArgument(folder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A sentence for an operator about a folder that cannot be used. */
function unusable(dataDir: string, error: unknown): Error {
  const code = codeOf(error);
  const hints: Record<string, string> = {
    ENOSPC: 'The disk is full. Free some space and start again.',
    EDQUOT: 'The disk quota is used up. Free some space and start again.',
    EPERM:
      'Its file system does not let root give files to another user. Start the server as an ordinary user, or choose a folder on another disk with DATA_DIR.',
  };
  const hint = hints[code] ?? 'Give this user write access to it, or choose another folder with DATA_DIR.';
  const reason = code || (error instanceof Error ? error.message : String(error));
  return new Error(`The data folder ${dataDir} cannot be used (${reason}). ${hint}`, { cause: error });
}

/** Reads the password, or makes one. Two processes doing this at once end up with the same one. */
async function passwordFor(dataDir: string, clusterExists: boolean): Promise<string> {
  const path = join(dataDir, 'postgres-password');
  const existing = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (existing?.trim()) return existing.trim();
  if (clusterExists) {
    throw new Error(
      `${path} is missing or empty, but the database it belongs to is there. Restore that file from your backup of the data folder.`,
    );
  }
  if (existing !== null) await rm(path, { force: true });
  const temporary = `${path}.${process.pid}`;
  await rm(temporary, { force: true });
  await writeFile(temporary, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}

/** An open file with the password that only its number can reach, so that initdb reads it wherever the folder lies. */
async function openPassword(dataDir: string, password: string, account: Account | null) {
  const path = join(dataDir, `postgres-password.${process.pid}.init`);
  await rm(path, { force: true });
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await giveTo(account, path);
    return await open(path, 'r');
  } finally {
    await rm(path, { force: true });
  }
}

const INITDB_OPTIONS = [
  '--username=postgres',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-locale',
  '--auth-local=reject',
  '--auth-host=scram-sha-256',
  '--no-instructions',
];

function explainInitdb(output: string, status: string, dataDir: string): Error {
  if (/No space left on device/.test(output))
    return unusable(dataDir, Object.assign(new Error(output), { code: 'ENOSPC' }));
  if (/could not look up effective user ID/.test(output)) {
    return new Error(
      `PostgreSQL needs an account with a name, and user ${process.getuid?.()} has no line in /etc/passwd. Start the server as a user that has one, or set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
  return new Error(`The database could not be created in ${dataDir} (${status}): ${output}`);
}

async function runInitdb(
  folder: string,
  cluster: { dataDir: string; password: string; account: Account | null; binaries: Binaries; durable: boolean },
): Promise<void> {
  const password = await openPassword(cluster.dataDir, cluster.password, cluster.account);
  const self = process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd';
  const args = ['-D', clusterArgument(folder), `--pwfile=${self}/3`, ...INITDB_OPTIONS];
  if (!cluster.durable) args.push('--no-sync');
  try {
    const child = spawn(cluster.binaries.initdb, args, {
      ...runAs(cluster.account),
      cwd: folder,
      env: bareEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', password.fd],
    });
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2_000);
    });
    const status = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal));
    });
    if (status === 0) return;
    throw explainInitdb(output.trim(), `initdb ended with ${status}`, cluster.dataDir);
  } finally {
    await password.close();
  }
}

const UNFINISHED = /^(?:postgres\.init-|postgres-password\.|\.writable-)(\d+)/;

/** Removes what starts left that were killed while they created the cluster. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = UNFINISHED.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Creates the cluster beside its place and moves it there when it is whole. The first of two processes wins. */
async function createCluster(cluster: Parameters<typeof runInitdb>[1] & { folder: string }): Promise<void> {
  const temporary = await mkdtemp(join(cluster.dataDir, `postgres.init-${process.pid}-`));
  try {
    await giveTo(cluster.account, temporary);
    await runInitdb(temporary, cluster);
    await rename(temporary, cluster.folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!['EEXIST', 'ENOTEMPTY'].includes(codeOf(error))) throw error;
  }
}

async function checkVersion(folder: string, binaries: Binaries): Promise<void> {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  const major = binaries.version.split('.')[0];
  if (found === major) return;
  if (found === '') {
    throw new Error(
      `${folder} is not a PostgreSQL database (it has no PG_VERSION). Move it away, or choose another DATA_DIR.`,
    );
  }
  throw new Error(
    `The database in ${folder} was made by PostgreSQL ${found}, and this program brings PostgreSQL ${major}. Start the version of this program that made it, back the data up there, and restore it here into a new DATA_DIR.`,
  );
}

/**
 * Makes sure that `dataDir` holds a cluster and the programs to serve it: creates what is missing, whole or not at all.
 * Throws a sentence for an operator when the folder, the account, the programs or the version do not fit.
 */
export async function prepareCluster(options: {
  dataDir: string;
  durable: boolean;
  log: (message: string) => void;
}): Promise<Cluster> {
  const { dataDir, durable } = options;
  const folder = join(dataDir, 'postgres');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const probe = join(dataDir, `.writable-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    await removeUnfinished(dataDir);
  } catch (error) {
    throw unusable(dataDir, error);
  }
  const account = await accountFor(folder);
  const binaries = await prepareBinaries(account, dataDir);
  try {
    const exists = existsSync(folder);
    const password = await passwordFor(dataDir, exists);
    if (!exists) {
      options.log('Creating the embedded database.');
      await createCluster({ dataDir, folder, password, account, binaries, durable });
    } else if ((await stat(folder)).uid === 0) {
      await giveTo(account, await realpath(folder));
    }
    await checkVersion(folder, binaries);
    return { dataDir, folder, logFile: join(dataDir, 'postgres.log'), password, account, binaries };
  } catch (error) {
    throw codeOf(error) === '' ? error : unusable(dataDir, error);
  }
}
