import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isServiceUnavailable } from '../../lib/app-error.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { type Database, isBusy, openDatabase } from './database.ts';

/** A way to the database that can fall silent: what is sent on it then arrives nowhere, and nothing is closed. */
async function openWay(url: string) {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  const state = { silent: false };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    near.on('data', (bytes) => void (state.silent || far.write(bytes)));
    far.on('data', (bytes) => void (state.silent || near.write(bytes)));
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => far.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: through.href, state, close };
}

let made: Awaited<ReturnType<typeof createTestDatabase>>;
let way: Awaited<ReturnType<typeof openWay>>;
let database: Database;
beforeEach(async () => {
  made = await createTestDatabase();
  way = await openWay(made.url);
  database = openDatabase(way.url, { poolMax: 2 });
});
afterEach(async () => {
  way.close();
  await database.close();
  await made.drop();
});

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: unknown) => ({ isUnavailable: isServiceUnavailable(error), isBusy: isBusy(error) }),
  );

describe('a database', () => {
  test.each([
    ['INSERT INTO notes SELECT pg_sleep(0.3)::text', /fell silent/],
    ['SELECT pg_sleep(0.3)', /Nothing was changed/],
  ])('whose connection breaks during %s says what is known of it', async (statement, message) => {
    await database.query('CREATE TABLE notes (text text)');
    const told = database.query(statement).then(
      () => 'answered',
      (error: unknown) => (isServiceUnavailable(error) && error instanceof Error ? error.message : error),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    way.close();
    expect(await told).toMatch(message);
  });

  test('that falls silent is given up soon after the time of a statement, and asked anew', async () => {
    const told = outcome(
      database.transaction(
        async (tx) => {
          await tx.query('SELECT 1');
          way.state.silent = true;
          await tx.query('SELECT 2');
        },
        { statementMs: 100 },
      ),
    );
    expect(await told).toEqual({ isUnavailable: true, isBusy: false });
    way.state.silent = false;
    expect(await outcome(database.query('SELECT 3'))).toBe('answered');
  });

  test('that falls silent before a transaction is undone keeps neither its caller nor the connection', async () => {
    const told = await outcome(
      database.transaction(async (tx) => {
        await tx.query('SELECT 1');
        way.state.silent = true;
        throw new Error('refused');
      }),
    );
    expect(told).toEqual({ isUnavailable: false, isBusy: false });
    way.state.silent = false;
    expect(await outcome(database.ping())).toBe('answered');
  }, 12_000);

  test('that cancels a statement because its time is over is busy', async () => {
    const told = outcome(database.transaction((tx) => tx.query('SELECT pg_sleep(5)'), { statementMs: 100 }));
    expect(await told).toEqual({ isUnavailable: true, isBusy: true });
  });

  test('gives a transaction the time it asks for', async () => {
    const shown = (options: { statementMs: number } | undefined) =>
      database.transaction((tx) => tx.query<{ statement_timeout: string }>('SHOW statement_timeout'), options);
    expect(await shown({ statementMs: 60_000 })).toEqual([{ statement_timeout: '1min' }]);
    expect(await shown(undefined)).toEqual([{ statement_timeout: '15s' }]);
  });
});

describe('a full disk', () => {
  const FULL = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$";

  test.each([
    ['a statement', (on: Database) => on.query(FULL)],
    ['a transaction', (on: Database) => on.transaction((tx) => tx.query(FULL))],
  ])('that %s met is told of for a minute', async (_of, meet) => {
    const clock = createFakeClock();
    const watched = openDatabase(made.url, { poolMax: 1, clock });
    expect(await outcome(watched.query('SELECT 1 / 0'))).not.toBe('answered');
    expect(watched.isDiskFull()).toBe(false);
    expect(await outcome(meet(watched))).toEqual({ isUnavailable: true, isBusy: false });
    expect(await outcome(watched.query('SELECT 1'))).toBe('answered');
    clock.advance(60_000);
    expect(watched.isDiskFull()).toBe(true);
    clock.advance(1);
    expect(watched.isDiskFull()).toBe(false);
    await watched.close();
  });
});
