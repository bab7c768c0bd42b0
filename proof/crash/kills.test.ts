import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedger, type Ledger } from '../../apps/server/src/features/ledger/service.ts';
import { type Database, openDatabase } from '../../apps/server/src/platform/database/database.ts';
import { createLogger } from '../../apps/server/src/platform/telemetry/logger.ts';
import { createFakeClock } from '../../apps/server/src/testing/fake-clock.ts';
import { createFakeUpstream, type FakeUpstream } from '../../apps/server/src/testing/fake-upstream.ts';
import { bundleServer } from '../../scripts/lib/bundle-server.mjs';
import { breaches, topUp } from '../lib/books.ts';
import { report } from '../lib/figures.ts';
import { createRandom } from '../lib/random.ts';
import { startScratchPostgres } from '../lib/scratch-postgres.ts';
import { type Buyer, createServers, type Server, type Servers, signUp } from '../lib/servers.ts';
import { bySize, SEED } from '../lib/settings.ts';
import { createLoad, type Load, scriptUpstream, TOP_UP_USD } from './load.ts';
import { faultsOf, readBooked, type UnitPrice } from './verdict.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SERVER_KILLS = bySize({ small: 4, ordinary: 50, full: 1_000 });
const POSTGRES_KILLS = bySize({ small: 2, ordinary: 20, full: 200 });
/** PostgreSQL and every server at the same moment. */
const KILLS_OF_ALL = bySize({ small: 1, ordinary: 2, full: 10 });
const SLOTS = 2;
const PEOPLE = 4;
const LANES_OF_EACH = 8;
const FUNDS = 100_000_000_000_000n;
const TOP_UP = BigInt(TOP_UP_USD) * 1_000_000_000n;
const ALL_ENDED_WITHIN_MS = 60_000;
const POLL_MS = 250;
/** Pieces of answers that arrive between two kills, at random up to this many: fast and slow machines do as much. */
const PIECES_BETWEEN_KILLS_MAX = 400;
const BETWEEN_KILLS_MS_MAX = 5_000;
const PROGRESS_POLL_MS = 5;

const random = createRandom(SEED);
let postgres: Awaited<ReturnType<typeof startScratchPostgres>>;
let upstream: FakeUpstream;
let servers: Servers;
let database: Database;
let ledger: Ledger;
const up: Server[] = [];

beforeAll(async () => {
  postgres = await startScratchPostgres();
  upstream = await createFakeUpstream();
  const file = await bundleServer(ROOT);
  servers = createServers({ databaseUrl: postgres.url, upstreamUrl: upstream.url, file });
  database = openDatabase(postgres.url, { poolMax: 4 });
  ledger = createLedger({ database, clock: createFakeClock(), logger: createLogger('silent') });
});
afterAll(async () => {
  await Promise.all(up.map((server) => server.kill()));
  ledger?.close();
  await database?.close();
  await upstream?.close();
  await postgres?.stop();
  servers?.removeData();
});

/** Starts a server; while its database is down it cannot, and is started again, as a supervisor would. */
async function startServer(): Promise<void> {
  const deadline = Date.now() + ALL_ENDED_WITHIN_MS;
  for (;;) {
    try {
      up.push(await servers.start());
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** Resolves after a random piece of work, which the load goes on with. */
async function someWork(load: Load): Promise<void> {
  const enough = load.progress() + random.between(1, PIECES_BETWEEN_KILLS_MAX);
  const deadline = Date.now() + BETWEEN_KILLS_MS_MAX;
  while (load.progress() < enough && Date.now() < deadline) await sleep(PROGRESS_POLL_MS);
}

async function killServer(): Promise<void> {
  await up.shift()?.kill();
}

async function answers(): Promise<boolean> {
  return database.query('SELECT 1').then(
    () => true,
    () => false,
  );
}

function killPostgres(): void {
  const [pid] = readFileSync(join(postgres.clusterFolder, 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGKILL');
}

/** Kills PostgreSQL and resolves when it answers again. */
async function restartPostgres(): Promise<void> {
  killPostgres();
  do await sleep(POLL_MS);
  while (!(await answers()));
}

/** In each slot one server after the other lives for a moment; at the end one is up in each. */
async function killServers(load: Load): Promise<void> {
  let kills = 0;
  const slot = async () => {
    while (kills < SERVER_KILLS) {
      kills += 1;
      await someWork(load);
      await killServer();
      await startServer();
    }
  };
  await Promise.all(Array.from({ length: SLOTS }, slot));
}

async function killPostgresOften(load: Load): Promise<void> {
  for (let kills = 0; kills < POSTGRES_KILLS; kills += 1) {
    await someWork(load);
    await restartPostgres();
  }
}

async function killAll(load: Load): Promise<void> {
  for (let kills = 0; kills < KILLS_OF_ALL; kills += 1) {
    await someWork(load);
    const back = restartPostgres();
    await Promise.all(Array.from({ length: SLOTS }, killServer));
    await back;
    await Promise.all(Array.from({ length: SLOTS }, startServer));
  }
}

/** Resolves with the milliseconds until no call was open any more. */
async function allEnded(): Promise<number> {
  const began = Date.now();
  for (;;) {
    const [row] = await database.query<{ open: number }>('SELECT count(*)::int AS open FROM hold_progress');
    const elapsed = Date.now() - began;
    if (row?.open === 0) return elapsed;
    if (elapsed > ALL_ENDED_WITHIN_MS) throw new Error(`${row?.open} calls are open after ${elapsed} ms`);
    await sleep(POLL_MS);
  }
}

async function priceOfModel(): Promise<UnitPrice> {
  const [row] = await database.query<UnitPrice>(
    `SELECT list_input AS input, list_output AS output FROM price_versions WHERE model_id = 'openai/gpt-5.5' ORDER BY valid_from DESC LIMIT 1`,
  );
  if (!row) throw new Error('there is no price');
  return row;
}

test('whatever is killed at whatever moment: every call ends, once, and nobody pays for more than came', async () => {
  await startServer();
  await startServer();
  const price = await priceOfModel();
  const buyers: Buyer[] = [];
  for (let n = 0; n < PEOPLE; n += 1) buyers.push(await signUp(up[0]?.url ?? '', `crash-${n}`));
  for (const { id } of buyers) await topUp({ database, ledger }, id, FUNDS);
  const record = scriptUpstream(upstream, random);
  const load = createLoad({ random, urls: () => up.map(({ url }) => url) });
  const lanes = Promise.all(buyers.map((buyer) => load.run(buyer, LANES_OF_EACH)));

  await killServers(load);
  await killPostgresOften(load);
  await killAll(load);
  load.stop();
  const [endedMs] = await Promise.all([allEnded(), lanes]);
  await allEnded();

  const booked = await readBooked(
    database,
    price,
    buyers.map(({ id }) => id),
  );
  expect(faultsOf(load.calls, record, booked, price).slice(0, 10)).toEqual([]);
  expect(booked.size).toBe(load.calls.filter(({ ceiling }) => booked.has(ceiling)).length);
  expect(load.topUps.filter(({ fault }) => fault !== null).slice(0, 5)).toEqual([]);
  const charged = [...booked.values()].reduce((sum, each) => sum + (each.charged ?? 0n), 0n);
  const paidIn = FUNDS * BigInt(PEOPLE) + TOP_UP * BigInt(load.topUps.length);
  const totals = await Promise.all(buyers.map(({ id }) => ledger.totals(id)));
  expect(totals.reduce((sum, { posted }) => sum + posted, 0n)).toBe(paidIn - charged);
  expect(totals.every(({ held }) => held === 0n)).toBe(true);
  expect(await breaches(ledger)).toEqual([]);

  const count = (end: string) => load.calls.filter((call) => call.end === end).length;
  report('kill -9', {
    servers: SERVER_KILLS + KILLS_OF_ALL * SLOTS,
    postgres: POSTGRES_KILLS + KILLS_OF_ALL,
    calls: load.calls.length,
    whole: count('whole'),
    'cut off': count('broken'),
    refused: count('refused'),
    'left by the client': count('left'),
    'top-ups': load.topUps.length,
    'all ended after (s)': Math.ceil(endedMs / 1_000),
  });
  expect(count('whole')).toBeGreaterThan(0);
  expect(count('broken')).toBeGreaterThan(0);
});
