import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isAlive } from '../apps/server/src/platform/database/embedded-process.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { freePort } from './product.ts';
import { afterTest, canNobodyRunThis, NOBODY, query, readPid, root, temporaryFolder } from './start-support.ts';

interface Server {
  process: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Its address once it is ready; rejects with its output when it ends before that. */
  ready: Promise<string>;
  exit: Promise<number | null>;
}

/** Runs what `npm start` runs, with these variables and no others. */
function start(variables: Record<string, string>, uid?: number): Server {
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'silent', PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  afterTest(() => void child.kill('SIGKILL'));
  let text = '';
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const address = /is ready at (http:\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => reject(new Error(text)));
  });
  ready.catch(() => undefined);
  return { process: child, output: () => text, ready, exit };
}

/** Starts a server that must refuse, and returns what it said. */
async function refusal(variables: Record<string, string>, uid?: number): Promise<string> {
  const server = start(variables, uid);
  expect(await server.exit, server.output()).toBe(1);
  expect(server.output()).not.toMatch(/\n\s+at .*:\d+:\d+/);
  return server.output();
}

test('starts on an empty folder, ends with its database on SIGTERM, and comes back after a kill -9', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const first = start({ DATA_DIR: dataDir });
  const address = await first.ready;
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  const pid = readPid(dataDir);
  first.process.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  expect(isAlive(pid)).toBe(false);

  const second = start({ DATA_DIR: dataDir });
  await second.ready;
  second.process.kill('SIGKILL');
  await second.exit;
  const startedAt = performance.now();
  const third = start({ DATA_DIR: dataDir });
  expect((await fetch(`${await third.ready}/readyz`)).status).toBe(200);
  // Alone it takes two seconds; a recovery that waits for something takes a time-out's length.
  expect(performance.now() - startedAt).toBeLessThan(30_000);
  third.process.kill('SIGINT');
  expect(await third.exit).toBe(0);
});

test('goes on serving when PostgreSQL is killed under it', async () => {
  const dataDir = temporaryFolder();
  const server = start({ DATA_DIR: dataDir });
  const address = await server.ready;
  await expect.poll(server.output).toContain('/admin/setup');
  process.kill(readPid(dataDir), 'SIGKILL');
  await expect.poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 15_000 }).toBe(200);
  expect(server.process.exitCode).toBeNull();
  server.process.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('goes on serving, and ends on SIGTERM, when nobody reads its output any more', async () => {
  const dataDir = temporaryFolder();
  const server = start({ DATA_DIR: dataDir, LOG_LEVEL: 'info' });
  const address = await server.ready;
  await expect.poll(server.output).toContain('/admin/setup');
  server.process.stdout?.destroy();
  server.process.stderr?.destroy();
  // The lost connections are logged, which nobody hears.
  process.kill(readPid(dataDir), 'SIGKILL');
  await expect.poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 15_000 }).toBe(200);
  server.process.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('a taken port is named, and nothing is left running', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  afterTest(() => new Promise<void>((resolve) => other.close(() => resolve())));
  const taken = other.address();
  const port = typeof taken === 'object' && taken ? String(taken.port) : '';
  const dataDir = temporaryFolder();
  expect(await refusal({ DATA_DIR: dataDir, PORT: port })).toContain(`Port ${port} on 127.0.0.1 is taken`);
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('wrong variables are named all at once', async () => {
  const output = await refusal({ DATA_DIR: temporaryFolder(), PORT: 'eighty', PUBLIC_URL: 'example.com' });
  expect(output).toContain('PORT must be a whole number');
  expect(output).toContain('PUBLIC_URL must be a URL');
});

test('a DATABASE_URL whose host does not exist is named without its password', async () => {
  const url = 'postgres://nobody:secret-word@none.invalid/none';
  const output = await refusal({ DATA_DIR: temporaryFolder(), DATABASE_URL: url });
  expect(output).toMatch(/DATABASE_URL .*none\.invalid/);
  expect(output).not.toContain('secret-word');
});

test('a PostgreSQL that is started after the server is waited for', async () => {
  const { url, drop } = await createTestDatabase();
  afterTest(drop);
  const port = await freePort();
  const later = new URL(url);
  later.port = port;
  const server = start({ DATA_DIR: temporaryFolder(), DATABASE_URL: later.href });
  await vi.waitFor(() => expect(server.output()).toContain('PostgreSQL does not answer yet'), 15_000);
  const way = createServer((near) => {
    const far = connect(Number(new URL(url).port), new URL(url).hostname);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => way.listen(Number(port), later.hostname, resolve));
  afterTest(() => void way.close());
  expect((await fetch(`${await server.ready}/readyz`)).status).toBe(200);
  server.process.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('a database of a newer version is refused and left as it is', async () => {
  const { url, drop } = await createTestDatabase();
  afterTest(drop);
  await query(url, "INSERT INTO schema_migrations (version, name, sha256) VALUES (9999, '9999-later.sql', 'x')");
  const output = await refusal({ DATA_DIR: temporaryFolder(), DATABASE_URL: url });
  expect(output).toContain('schema version 9999 (9999-later.sql)');
  expect(await query(url, 'SELECT max(version)::int AS newest FROM schema_migrations')).toEqual([{ newest: 9999 }]);
});

test.runIf(canNobodyRunThis())(
  'an ordinary user without a home folder can start it; a closed folder is named',
  async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    expect(await refusal({ DATA_DIR: join(folder, 'closed') }, NOBODY)).toMatch(/The data folder .*closed cannot be/);

    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, NOBODY, NOBODY);
    const server = start({ DATA_DIR: dataDir, HOME: '/nonexistent' }, NOBODY);
    expect((await fetch(`${await server.ready}/readyz`)).status).toBe(200);
    server.process.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  },
);
