import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PACKAGED = '/usr/lib/postgresql';
const OLDEST_SUPPORTED = 15;
const MEMORY_DISK = '/dev/shm';
const MEMORY_DISK_MIN_BYTES = 2_000_000_000;
const READY_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 50;

/** The newest PostgreSQL that the operating system's packages brought: `{ version, bin }`, or null. */
export function findSystemPostgres() {
  if (!existsSync(PACKAGED)) return null;
  const versions = readdirSync(PACKAGED)
    .map(Number)
    .filter((version) => version >= OLDEST_SUPPORTED && existsSync(join(PACKAGED, String(version), 'bin', 'initdb')))
    .sort((a, b) => b - a);
  return versions.length === 0 ? null : { version: versions[0], bin: join(PACKAGED, String(versions[0]), 'bin') };
}

/** PostgreSQL refuses to run as root: the account its package made, as spawn options. */
function account() {
  if (process.getuid() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  if (!line) throw new Error('There is no account "postgres" to run PostgreSQL as.');
  const fields = line.split(':');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

function temporaryFolder() {
  if (!existsSync(MEMORY_DISK)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  return bavail * bsize > MEMORY_DISK_MIN_BYTES ? MEMORY_DISK : tmpdir();
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function waitUntilReady(server, port) {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!(await answers(port))) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error('The second PostgreSQL did not start.');
    await sleep(POLL_MS);
  }
}

/** Starts a throw-away cluster of the system's PostgreSQL: `{ url, stop }`. For tests: it neither syncs nor asks for a password. */
export async function startSystemPostgres({ bin }) {
  const as = account();
  const folder = mkdtempSync(join(temporaryFolder(), 'q-test-postgres-'));
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const options = { ...as, cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
  const initdb = ['-D', folder, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  const made = spawnSync(join(bin, 'initdb'), initdb, { ...options, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`The second PostgreSQL cannot be made: ${made.error ?? made.stderr}`);
  const port = await freePort();
  const settings = `listen_addresses=127.0.0.1 unix_socket_directories= port=${port} max_connections=300 fsync=off full_page_writes=off autovacuum=off`;
  const args = ['-D', folder, ...settings.split(' ').flatMap((setting) => ['-c', setting])];
  const server = spawn(join(bin, 'postgres'), args, { ...options, stdio: 'ignore' });
  const stop = async () => {
    server.kill('SIGINT');
    const deadline = Date.now() + STOP_LIMIT_MS;
    while (server.exitCode === null && Date.now() < deadline) await sleep(POLL_MS);
    rmSync(folder, { recursive: true, force: true });
  };
  await waitUntilReady(server, port).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}
