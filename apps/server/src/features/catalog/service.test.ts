import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../lib/clock.ts';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { seedModelFixture } from './model-fixture.ts';
import type { Seed, SeedModel } from './seed-format.ts';
import { type CatalogDeps, createCatalog } from './service.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A clock that stands still until it is moved; timers fire when it is told. */
function handClock() {
  let now = START;
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    every: (_ms, callback) => {
      timers.add(callback);
      return () => timers.delete(callback);
    },
    after: () => () => undefined,
  };
  return {
    clock,
    timers,
    move: (ms: number) => {
      now += ms;
    },
  };
}

const cheap = seedModelFixture({ id: 'acme/cheap', name: 'Cheap' });
const old = seedModelFixture({
  id: 'acme/old',
  name: 'Old',
  status: 'deprecated',
  retires_at: '2026-12-01',
  successor: 'acme/cheap',
});

function seedOf(...models: SeedModel[]): Seed {
  return { format: 'q-catalog/1', providers: [{ id: 'acme', name: 'Acme', docs_url: null }], models };
}

let database: Database;
let drop: () => Promise<void>;
let time: ReturnType<typeof handClock>;

beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  database = openDatabase(created.url);
});

afterAll(async () => {
  await database.close();
  await drop();
});

beforeEach(async () => {
  time = handClock();
  // Prices refuse to be removed, so the triggers rest while the tables are emptied between tests.
  await database.query('SET session_replication_role = replica; TRUNCATE calls; SET session_replication_role = origin');
  await database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query('TRUNCATE price_versions, models, providers, users CASCADE');
  });
});

function catalogWith(over: Partial<CatalogDeps> = {}) {
  return createCatalog({ database, clock: time.clock, commissionBps: 3_000, isProviderAvailable: () => true, ...over });
}

async function storedPrices(id: string) {
  return database.query<{ id: bigint; list_input: bigint; commission_bps: number; valid_from: Date }>(
    'SELECT id, list_input, commission_bps, valid_from FROM price_versions WHERE model_id = $1 ORDER BY valid_from',
    [id],
  );
}

describe('load', () => {
  test('the committed seed loads whole and the sandbox sells at half a dollar', async () => {
    const catalog = catalogWith({ isProviderAvailable: (id) => id === 'sandbox' });
    await catalog.load();
    expect(catalog.list({ available: true }).data.map((model) => model.id)).toEqual(['sandbox/guide']);
    expect(catalog.show('sandbox/guide')?.pricing).toMatchObject({
      unit: 'million_tokens',
      input: '0.50',
      output: '2.00',
    });
    expect(catalog.list({}).total).toBeGreaterThanOrEqual(53);
    catalog.close();
  });

  test('nothing is known before, everything after', async () => {
    const catalog = catalogWith();
    expect(catalog.get('acme/cheap')).toBeUndefined();
    const changes = await catalog.load(seedOf(cheap));
    expect(changes.added).toEqual(['acme/cheap']);
    expect(catalog.get('acme/cheap')).toMatchObject({
      status: 'active',
      provider: 'acme',
      providerName: 'Acme',
      upstreamModel: 'cheap',
      contextWindow: 8192,
      maxOutput: 4096,
      price: { mode: 'resale', commissionBps: 3_000, cost: { input: 1_000_000n }, list: { input: 1_428_572n } },
    });
    catalog.close();
  });

  test('loading the same again writes nothing', async () => {
    await catalogWith().load(seedOf(cheap, old));
    const before = await storedPrices('acme/cheap');
    time.move(MINUTE);
    const changes = await catalogWith().load(seedOf(cheap, old));
    expect(changes).toMatchObject({ added: [], changed: [], unchanged: 2 });
    expect(await storedPrices('acme/cheap')).toEqual(before);
  });

  test('processes that start together write each price once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => catalogWith().load(seedOf(cheap))));
    expect(await storedPrices('acme/cheap')).toHaveLength(1);
  });

  test('a changed price becomes a new version; the old one stays as it was', async () => {
    const catalog = catalogWith();
    await catalog.load(seedOf(cheap));
    const [first] = await storedPrices('acme/cheap');
    const firstId = catalog.get('acme/cheap')?.price?.id;
    time.move(MINUTE);
    const dearer = { effective_from: '2026-11-20', terms: { unit: 'token' as const, input: '2.00', output: '2.00' } };
    await catalog.load(seedOf({ ...cheap, price: dearer }));
    const versions = await storedPrices('acme/cheap');
    expect(versions).toEqual([
      first,
      expect.objectContaining({ list_input: 2_857_143n, valid_from: new Date(START + MINUTE) }),
    ]);
    expect(catalog.get('acme/cheap')?.price?.id).not.toBe(firstId);
    catalog.close();
  });

  test('another commission reprices every model, once', async () => {
    await catalogWith().load(seedOf(cheap));
    time.move(MINUTE);
    const catalog = catalogWith({ commissionBps: 0 });
    await catalog.load(seedOf(cheap));
    expect(catalog.get('acme/cheap')?.price).toMatchObject({ commissionBps: 0, list: { input: 1_000_000n } });
    time.move(MINUTE);
    await catalogWith({ commissionBps: 0 }).load(seedOf(cheap));
    expect((await storedPrices('acme/cheap')).map((version) => version.commission_bps)).toEqual([3_000, 0]);
    catalog.close();
  });

  test('what a person edited is left alone, but bears the commission', async () => {
    await catalogWith().load(seedOf(cheap));
    await database.query("UPDATE models SET name = 'Mine', managed_by = 'admin' WHERE id = 'acme/cheap'");
    time.move(MINUTE);
    const catalog = catalogWith({ commissionBps: 1_000 });
    const dearer = { effective_from: '2026-11-20', terms: { unit: 'token' as const, input: '9.00', output: '9.00' } };
    const changes = await catalog.load(seedOf({ ...cheap, name: 'Theirs', price: dearer }));
    expect(changes.skipped).toEqual([{ id: 'acme/cheap', why: 'is kept by hand (admin)' }]);
    expect(catalog.get('acme/cheap')).toMatchObject({
      name: 'Mine',
      price: { cost: { input: 1_000_000n }, commissionBps: 1_000 },
    });
    catalog.close();
  });

  test('a seed older than what is stored changes nothing', async () => {
    await catalogWith().load(seedOf({ ...cheap, name: 'Newer', checked_at: '2026-11-20' }));
    const catalog = catalogWith();
    await catalog.load(seedOf({ ...cheap, name: 'Older', checked_at: '2026-11-01' }));
    expect(catalog.get('acme/cheap')?.name).toBe('Newer');
    catalog.close();
  });
});

describe('prices in the database', () => {
  test('cannot be changed or removed', async () => {
    await catalogWith().load(seedOf(cheap));
    await expect(database.query('UPDATE price_versions SET list_input = 0')).rejects.toThrow('append-only');
    await expect(database.query('DELETE FROM price_versions')).rejects.toThrow('append-only');
    await expect(database.query('TRUNCATE price_versions CASCADE')).rejects.toThrow('append-only');
  });

  test('cannot be below cost when resold, nor twice for one moment', async () => {
    await catalogWith().load(seedOf(cheap));
    const copy = (list: string, from: string) =>
      database.query(`INSERT INTO price_versions (model_id, mode, commission_bps, unit, cost_input, cost_cached_input, cost_cache_write,
        cost_output, cost_image, list_input, list_cached_input, list_cache_write, list_output, list_image, valid_from, source)
        SELECT model_id, mode, commission_bps, unit, cost_input, cost_cached_input, cost_cache_write, cost_output, cost_image,
               ${list}, list_cached_input, list_cache_write, list_output, list_image, ${from}, source FROM price_versions`);
    await expect(copy('0', 'now()')).rejects.toThrow('check constraint');
    await expect(copy('list_input', 'valid_from')).rejects.toThrow('unique constraint');
  });
});

describe('what time does', () => {
  test('an announced price comes into force by itself', async () => {
    const later = { effective_from: '2026-12-24', terms: { unit: 'token' as const, input: '3.00', output: '6.00' } };
    const catalog = catalogWith();
    await catalog.load(seedOf({ ...cheap, price_changes: [later] }));
    expect(catalog.show('acme/cheap')).toMatchObject({
      pricing: { input: '1.428572' },
      price_change: { effective_at: '2026-12-24T00:00:00.000Z', pricing: { input: '4.285715' } },
    });
    time.move(40 * DAY);
    await catalog.refresh();
    expect(catalog.show('acme/cheap')).toMatchObject({ pricing: { input: '4.285715' }, price_change: null });
    catalog.close();
  });

  test('a deprecated model is retired on its day', async () => {
    const catalog = catalogWith();
    await catalog.load(seedOf(cheap, old));
    expect(catalog.get('acme/old')?.status).toBe('deprecated');
    expect(catalog.callable().map((model) => model.id)).toEqual(['acme/cheap', 'acme/old']);
    time.move(10 * DAY);
    await catalog.refresh();
    expect(catalog.show('acme/old')).toMatchObject({ status: 'retired', successor: 'acme/cheap', available: false });
    expect(catalog.callable().map((model) => model.id)).toEqual(['acme/cheap']);
    catalog.close();
  });

  test('the snapshot is kept fresh by a timer until the catalog is closed', async () => {
    const catalog = catalogWith();
    await catalog.load(seedOf(cheap));
    await database.query("UPDATE models SET name = 'Renamed'");
    expect(catalog.get('acme/cheap')?.name).toBe('Cheap');
    for (const fire of time.timers) fire();
    await expect.poll(() => catalog.get('acme/cheap')?.name).toBe('Renamed');
    expect(catalog.list({ q: 'renamed' }).total).toBe(1);
    catalog.close();
    expect(time.timers.size).toBe(0);
  });

  test('a refresh that fails is told and leaves the catalog as it was', async () => {
    const errors: unknown[] = [];
    const broken = openDatabase('postgres://nobody@127.0.0.1:1/none');
    let usable = true;
    const flaky: Database = {
      ...database,
      query: (text, values, name) => (usable ? database : broken).query(text, values, name),
    };
    const catalog = catalogWith({ database: flaky, onError: (error) => errors.push(error) });
    await catalog.load(seedOf(cheap));
    usable = false;
    for (const fire of time.timers) fire();
    await expect.poll(() => errors.length).toBe(1);
    expect(catalog.get('acme/cheap')?.name).toBe('Cheap');
    catalog.close();
    await broken.close();
  });
});

test('a model on sale without a price is not offered', async () => {
  const catalog = catalogWith();
  await catalog.load(seedOf(cheap));
  await database.query(`INSERT INTO models SELECT 'acme/unpriced', provider, upstream_model, 'Unpriced', description, version, category, endpoints,
    capabilities, input_modalities, output_modalities, context_window, provider_context_window, max_output, status, successor, released_at,
    retires_at, free_tier, managed_by, sources, checked_at FROM models`);
  await catalog.refresh();
  expect(catalog.get('acme/unpriced')).toBeUndefined();
  catalog.close();
});

test('a model whose provider names no output ceiling can fill its window; what answers no text has none', async () => {
  const open = seedModelFixture({ id: 'acme/open', max_output: null });
  const vectors = seedModelFixture({
    id: 'acme/vectors',
    category: 'embedding',
    endpoints: ['embeddings'],
    max_output: null,
  });
  const catalog = catalogWith();
  await catalog.load(seedOf(open, vectors));
  expect(catalog.get('acme/open')).toMatchObject({ maxOutput: 8192, namedMaxOutput: null });
  expect(catalog.show('acme/open')?.max_output).toBeNull();
  expect(catalog.get('acme/vectors')?.maxOutput).toBe(0);
  catalog.close();
});

test('a retired model is shown without a price when its last price is not known', async () => {
  const catalog = catalogWith();
  await catalog.load(seedOf(cheap, { ...old, status: 'retired', price: null }));
  expect(catalog.show('acme/old')).toMatchObject({
    status: 'retired',
    pricing: null,
    price_tier: null,
    available: false,
  });
  catalog.close();
});

describe('figures of use', () => {
  const call = (over: Record<string, unknown> = {}) => {
    const row = {
      id: `call-${Math.random()}`,
      user_id: 'usr_1',
      model_id: 'acme/cheap',
      provider: 'acme',
      streamed: true,
      outcome: 'completed',
      input_tokens: 100,
      output_tokens: 50,
      ttft_ms: 200,
      duration_ms: 1_200,
      created_at: new Date(START - MINUTE),
      ...over,
    };
    const columns = Object.keys(row);
    return database.query(
      `INSERT INTO calls (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  };

  test('are nothing until there are calls', async () => {
    const catalog = catalogWith();
    await catalog.load(seedOf(cheap));
    expect(catalog.show('acme/cheap')).toMatchObject({
      usage_count: 0,
      unique_users: 0,
      rating: null,
      reviews: 0,
      success_rate: null,
      latency: { ttft_ms_p50: null, tokens_per_second: null },
      daily_calls: Array(14).fill(0),
    });
    expect(catalog.stats()).toMatchObject({ calls: 0, tokens: 0, most_used: [], best_rated: [] });
    catalog.close();
  });

  test('come from the calls that were made', async () => {
    await call();
    await call({ user_id: 'usr_2', ttft_ms: 400, duration_ms: 2_400, output_tokens: 250 });
    await call({ ttft_ms: 300, outcome: 'client_gone', created_at: new Date(START - 3 * DAY) });
    await call({ user_id: 'usr_4', outcome: 'upstream_error', ttft_ms: null });
    await call({ user_id: 'usr_3', ttft_ms: 9_000, created_at: new Date(START - 30 * DAY) });
    const catalog = catalogWith();
    await catalog.load(seedOf(cheap, old));
    expect(catalog.show('acme/cheap')).toMatchObject({
      usage_count: 4,
      unique_users: 3,
      success_rate: 0.75,
      latency: { ttft_ms_p50: 300, tokens_per_second: 100 },
      daily_calls: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2],
    });
    expect(catalog.show('acme/old')?.usage_count).toBe(0);
    expect(catalog.stats()).toMatchObject({
      models: { total: 2, active: 1, deprecated: 1, retired: 0, available: 2 },
      providers: 1,
      calls: 4,
      tokens: 800,
      most_used: [{ id: 'acme/cheap', usage_count: 4, unique_users: 3 }],
      price_distribution: { free: 0, budget: 0, mid: 2, premium: 0 },
    });
    catalog.close();
  });
});

test('availability follows the providers at the moment of asking', async () => {
  let hasKey = false;
  const catalog = catalogWith({ isProviderAvailable: () => hasKey });
  await catalog.load(seedOf(cheap));
  expect([catalog.show('acme/cheap')?.available, catalog.callable().length]).toEqual([false, 0]);
  hasKey = true;
  expect([catalog.show('acme/cheap')?.available, catalog.callable().length]).toEqual([true, 1]);
  catalog.close();
});

test('a model that needs a call the gateway does not make is known and not available', async () => {
  const draws = seedModelFixture({ id: 'acme/draws', category: 'image', endpoints: ['images'] });
  const chatOnly = catalogWith();
  await chatOnly.load(seedOf(cheap, draws));
  expect([chatOnly.get('acme/draws')?.status, chatOnly.show('acme/draws')?.available]).toEqual(['active', false]);
  expect(chatOnly.callable().map((model) => model.id)).toEqual(['acme/cheap']);
  chatOnly.close();
  const withImages = catalogWith({ servedEndpoints: ['chat', 'images'] });
  await withImages.load(seedOf(cheap, draws));
  expect(withImages.show('acme/draws')?.available).toBe(true);
  withImages.close();
});
