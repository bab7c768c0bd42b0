import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bareEnvironment, giveTo, runAs } from './embedded-account.ts';
import { type Cluster, clusterArgument } from './embedded-cluster.ts';
import { isKnown, isServed, isSomebodyElse, type LockFile, readLockFile, removeLockFile } from './embedded-process.ts';

/** A PostgreSQL server that answered, whoever started it. */
export interface Running {
  pid: number;
  port: number;
}

/** How a server is brought up. */
export interface BringUpOptions {
  /** The port it must have again because a pool uses it; null: any free one. */
  port: number | null;
  /** False only in tests: gives up crash safety for speed. */
  durable: boolean;
  /** Called when a process this one started ends. */
  onExit: () => void;
  /** True once nobody wants the server any more. */
  isStopping: () => boolean;
}

/** Recovery after a crash replays the log of at most some minutes of writing. */
const READY_LIMIT_MS = 60_000;
const POLL_MS = 20;
const RETRY_PAUSE_MS = 200;
const LOG_MAX_BYTES = 10_000_000;
const LOG_TAIL_BYTES = 4_000;
/** Below the range systems take outgoing ports from, so that the port is still free after a crash. */
const PORT_RANGE = { from: 20_000, below: 32_000 };
const PORT_TRIES_MAX = 50;

/** The name of the connections that look after the server; they do not count as its users. */
export const SUPERVISOR_NAME = 'q-marketplace-supervisor';

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=128MB',
  'cluster_name=q-marketplace',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'password_encryption=scram-sha-256',
];
const DURABLE_SETTINGS = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on'];
/** A commit survives the death of every process here, though not a power failure. */
const TEST_SETTINGS = ['fsync=off', 'full_page_writes=off', 'autovacuum=off', 'max_wal_size=128MB'];

/** The address a client of this cluster connects to. */
export function clusterUrl(cluster: Cluster, port: number): string {
  return `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
}

/** Does `work` on a connection of its own. Rejects with the driver's error. */
export async function withConnection<T>(
  cluster: Cluster,
  port: number,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: clusterUrl(cluster, port),
    application_name: SUPERVISOR_NAME,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether a server can read a secret just put into the cluster folder: only the server of that very folder can. */
async function knowsSecretOf(cluster: Cluster, client: pg.Client): Promise<boolean> {
  const name = `greeting-${randomBytes(8).toString('hex')}`;
  const path = join(cluster.folder, name);
  try {
    await writeFile(path, name, { mode: 0o600, flag: 'wx' });
    await giveTo(cluster.account, path);
    const { rows } = await client.query<{ text: string | null }>('SELECT pg_read_file($1, true) AS text', [name]);
    return rows[0]?.text === name;
  } finally {
    await rm(path, { force: true });
  }
}

/** `other` means a server of another folder, such as the original of a copied data folder. */
async function greet(cluster: Cluster, lock: LockFile, port: number): Promise<'ready' | 'wait' | 'other'> {
  try {
    return (await withConnection(cluster, port, (client) => knowsSecretOf(cluster, client))) ? 'ready' : 'other';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('28')) return 'wait';
    throw new Error(
      `The PostgreSQL server of ${cluster.folder} is already running (process ${lock.pid}) and refuses the password in ${cluster.dataDir}/postgres-password. Restore that file, or stop that process and restore the whole data folder.`,
      { cause: error },
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `preferred` (a crashed server's port, which pools of other processes may still use) when it is free, else any. */
async function choosePort(preferred: number | null): Promise<number> {
  if (preferred !== null && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    const port = randomInt(PORT_RANGE.from, PORT_RANGE.below);
    if (await isFree(port)) return port;
  }
  throw new Error('No free TCP port for PostgreSQL was found on 127.0.0.1.');
}

interface Child {
  hasEnded(): boolean;
  /** What it wrote into its log since it was started. */
  lastWords(): Promise<string>;
}

/** Starts a server in its own process group, so that Ctrl-C in a terminal reaches it only by our `stop`. */
async function launch(cluster: Cluster, port: number, options: BringUpOptions): Promise<Child> {
  const log = await open(cluster.logFile, 'a', 0o600);
  try {
    if ((await log.stat()).size > LOG_MAX_BYTES) await log.truncate(0);
    const start = (await log.stat()).size;
    const settings = [...SETTINGS, ...(options.durable ? DURABLE_SETTINGS : TEST_SETTINGS), `port=${port}`];
    const args = ['-D', clusterArgument(cluster.folder), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(cluster.binaries.postgres, args, {
      ...runAs(cluster.account),
      cwd: cluster.folder,
      env: bareEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let ended = false;
    let failure = '';
    const finish = (error?: Error) => {
      ended = true;
      if (error) failure = error.message;
      options.onExit();
    };
    child.once('error', finish);
    child.once('exit', () => finish());
    child.unref();
    return {
      hasEnded: () => ended,
      async lastWords() {
        const text = await readFile(cluster.logFile).catch(() => Buffer.alloc(0));
        return (failure || text.subarray(start).subarray(-LOG_TAIL_BYTES).toString()).trim();
      },
    };
  } finally {
    await log.close();
  }
}

/** Faults that pass: another process was faster, a crashed server's last children are still ending, the port is taken. */
const PASSING =
  /lock file .* (already exists|is empty)|pre-existing shared memory block|could not bind|could not create any TCP\/IP/;

/** Throws when the server ended for a reason that waiting does not cure. */
async function checkLastWords(cluster: Cluster, child: Child): Promise<void> {
  const words = await child.lastWords();
  if (PASSING.test(words)) return;
  if (/No space left on device/.test(words)) {
    throw new Error(
      `PostgreSQL cannot start: the disk that holds ${cluster.dataDir} is full. Free some space and start again.`,
    );
  }
  const lines = words.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, ''));
  const fatal = lines.findLastIndex((line) => /^(FATAL|PANIC):/.test(line));
  const reason = lines.slice(fatal === -1 ? -2 : Math.max(0, fatal - 1)).join(' ');
  throw new Error(`PostgreSQL cannot start: ${reason || 'it gave no reason'}. Its log is ${cluster.logFile}.`);
}

/** What the lock file tells: a server that answers, one to wait for, or none. A false lock file is removed. */
async function look(cluster: Cluster, lock: LockFile | null): Promise<Running | 'wait' | 'none'> {
  if (lock === null || !isKnown(lock.pid)) return 'none';
  if (isSomebodyElse(lock.pid, cluster.folder)) {
    if (isServed(cluster.folder)) return 'wait';
  } else {
    if (lock.port === null) return 'wait';
    const answer = await greet(cluster, lock, lock.port);
    if (answer === 'ready') return { pid: lock.pid, port: lock.port };
    if (answer === 'wait') return 'wait';
  }
  await removeLockFile(cluster.folder, lock);
  return 'none';
}

/**
 * Returns the server of this cluster once it answers: one that runs already (left by a killed process, or shared with
 * another), or a new one. Waits for recovery up to 60 s. Throws a sentence for an operator.
 */
export async function bringUp(cluster: Cluster, options: BringUpOptions): Promise<Running> {
  const deadline = Date.now() + READY_LIMIT_MS;
  let child: Child | null = null;
  while (Date.now() < deadline && !options.isStopping()) {
    const lock = await readLockFile(cluster.folder);
    const found = await look(cluster, lock);
    if (typeof found === 'object') {
      if (options.port === null || options.port === found.port) return found;
      throw new Error(`PostgreSQL moved from port ${options.port} to ${found.port}: restart this server to follow it.`);
    }
    if (found === 'none' && (child === null || child.hasEnded())) {
      if (child !== null) {
        await checkLastWords(cluster, child);
        await sleep(RETRY_PAUSE_MS);
      }
      child = await launch(cluster, options.port ?? (await choosePort(lock?.port ?? null)), options);
    }
    await sleep(POLL_MS);
  }
  if (options.isStopping()) throw new Error('PostgreSQL is not started because the server is stopping.');
  throw new Error(
    `PostgreSQL was not ready within ${READY_LIMIT_MS / 1000} s. It may still be recovering after a crash: its log is ${cluster.logFile}. Start again to go on waiting.`,
  );
}
