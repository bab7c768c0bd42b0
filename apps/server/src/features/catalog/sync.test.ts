import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { seedModelFixture } from './model-fixture.ts';
import type { Seed } from './seed-format.ts';
import { type Catalog, createCatalog } from './service.ts';

const AS_OF = '2026-11-25';
const later = { effective_from: '2027-01-01', terms: { unit: 'token' as const, input: '3.00', output: '6.00' } };

const seed: Seed = {
  format: 'q-catalog/1',
  providers: [
    { id: 'acme', name: 'Acme', docs_url: null },
    { id: 'ollama', name: 'Ollama', docs_url: null },
  ],
  models: [
    seedModelFixture({ id: 'acme/one', price_changes: [later] }),
    seedModelFixture({ id: 'acme/gone', status: 'retired', successor: 'acme/one' }),
    seedModelFixture({ id: 'acme/draws', category: 'image', endpoints: ['images'] }),
    seedModelFixture({
      id: 'ollama/one',
      price: { effective_from: '2026-06-01', terms: { unit: 'token', input: '0.00', output: '0.00' } },
    }),
  ],
};

let database: Database;
let drop: () => Promise<void>;
let catalog: Catalog;
let now: number;

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
  await database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query('TRUNCATE price_versions, models, providers CASCADE');
  });
  now = Date.parse('2026-11-21T12:00:00Z');
  const clock = { now: () => now, elapsed: () => now, every: () => () => undefined, after: () => () => undefined };
  catalog = createCatalog({ database, clock, commissionBps: 3_000, isProviderAvailable: () => true });
  await catalog.load(seed);
  now += 4 * 86_400_000;
});

const foreign = (models: Record<string, unknown>) => ({
  name: 'test.json',
  asOf: AS_OF,
  data: { acme: { id: 'acme', models } },
});
const snapshot = () =>
  database.query(
    'SELECT id, name, status, context_window, (SELECT count(*) FROM price_versions) AS prices FROM models ORDER BY id',
  );

describe('from models.dev', () => {
  test('facts and prices are taken, and the history is kept', async () => {
    const before = catalog.get('acme/one')?.price;
    const changes = await catalog.sync(
      foreign({
        one: {
          cost: { input: 0.49299999999999994, output: 4, cache_read: 0.05 },
          limit: { context: 64_000, output: 9_000 },
          reasoning: true,
        },
      }),
    );
    expect(changes.changed.map(({ id }) => id)).toEqual(['acme/one']);
    expect(catalog.get('acme/one')).toMatchObject({
      contextWindow: 64_000,
      maxOutput: 9_000,
      capabilities: ['text', 'reasoning'],
      checkedAt: AS_OF,
      price: { cost: { input: 493_000n, output: 4_000_000n, cachedInput: 50_000n, cacheWrite: 493_000n } },
    });
    const [stored] = await database.query<{ list_input: bigint }>(
      'SELECT list_input FROM price_versions WHERE id = $1',
      [before?.id],
    );
    expect(stored?.list_input).toBe(1_428_572n);
  });

  test('the same file again changes nothing', async () => {
    const file = foreign({ one: { cost: { input: 2, output: 4 } } });
    await catalog.sync(file);
    const before = await snapshot();
    now += 60_000;
    expect(await catalog.sync(file)).toMatchObject({ added: [], changed: [], unchanged: 1 });
    expect(await snapshot()).toEqual(before);
  });

  test('an announced price that the file does not know of stays announced', async () => {
    await catalog.sync(foreign({ one: { cost: { input: 2, output: 4 } } }));
    expect(catalog.get('acme/one')).toMatchObject({
      price: { cost: { input: 2_000_000n } },
      nextPrice: { cost: { input: 3_000_000n } },
    });
    now = Date.parse('2027-01-02T00:00:00Z');
    await catalog.refresh();
    expect(catalog.get('acme/one')?.price?.cost.input).toBe(3_000_000n);
  });

  test('cached prices the file leaves out stay where it agrees on the rest, and go where it does not', async () => {
    await catalog.sync(foreign({ one: { cost: { input: 1, output: 2, cache_read: 0.1, cache_write: 1.25 } } }));
    const cached = () => catalog.get('acme/one')?.price?.cost;
    now += 60_000;
    await catalog.sync(foreign({ one: { cost: { input: 1, output: 2 } } }));
    expect(cached()).toMatchObject({ cachedInput: 100_000n, cacheWrite: 1_250_000n });
    now += 60_000;
    await catalog.sync(foreign({ one: { cost: { input: 1, output: 2, cache_read: 0.2 } } }));
    expect(cached()).toMatchObject({ cachedInput: 200_000n, cacheWrite: 1_250_000n });
    now += 60_000;
    await catalog.sync(foreign({ one: { cost: { input: 1.5, output: 2 } } }));
    expect(cached()).toMatchObject({ cachedInput: 1_500_000n, cacheWrite: 1_500_000n });
  });

  test('a price that steps up inside the window cuts the window that is sold', async () => {
    const tiers = [{ tier: { size: 20_000 }, input: 8 }];
    await catalog.sync(
      foreign({ one: { cost: { input: 1, output: 2, tiers }, limit: { context: 100_000, output: 50_000 } } }),
    );
    expect(catalog.get('acme/one')).toMatchObject({
      contextWindow: 20_000,
      providerContextWindow: 100_000,
      maxOutput: 20_000,
    });
  });

  test('a dry run tells the same and writes nothing', async () => {
    const before = await snapshot();
    const file = foreign({ one: { cost: { input: 2, output: 4 } } });
    const told = await catalog.sync(file, { dryRun: true });
    expect(await snapshot()).toEqual(before);
    expect(told).toEqual(await catalog.sync(file));
  });

  test('further models come only when asked for, without those it cannot sell', async () => {
    const file = foreign({
      two: {
        name: 'Two',
        tool_call: true,
        release_date: '2026-11-01',
        modalities: { input: ['text', 'image'], output: ['text'] },
        cost: { input: 1, output: 2 },
        limit: { context: 32_000, output: 4_000 },
      },
      free: { cost: { input: 0, output: 0 } },
      unpriced: { name: 'Unpriced' },
      ending: { status: 'deprecated', cost: { input: 1, output: 2 } },
      speaks: { modalities: { output: ['audio'] }, cost: { input: 1, output: 2 } },
    });
    expect((await catalog.sync(file)).added).toEqual([]);
    expect((await catalog.sync(file, { addNew: true })).added).toEqual(['acme/two']);
    expect(catalog.get('acme/two')).toMatchObject({
      name: 'Two',
      capabilities: ['text', 'vision', 'tools'],
      inputModalities: ['text', 'image'],
      releasedAt: '2026-11-01',
      contextWindow: 32_000,
    });
  });

  test('a retired model is not brought back, an active one can be deprecated', async () => {
    await catalog.sync(
      foreign({ gone: { status: 'deprecated', cost: { input: 1, output: 2 } }, one: { status: 'deprecated' } }),
    );
    expect([catalog.get('acme/gone')?.status, catalog.get('acme/one')?.status]).toEqual(['retired', 'deprecated']);
    expect(catalog.get('acme/one')?.price?.cost.input).toBe(1_000_000n);
  });

  test('facts without a price leave the price, and free stays free', async () => {
    const gift = seedModelFixture({
      id: 'acme/gift',
      price: { effective_from: '2026-06-01', terms: { unit: 'token', input: '0.00', output: '0.00' } },
    });
    await catalog.load({ ...seed, models: [...seed.models, gift] });
    await catalog.sync(foreign({ gift: { reasoning: true }, one: { reasoning: true } }));
    expect(catalog.get('acme/gift')).toMatchObject({
      freeTier: true,
      capabilities: ['text', 'reasoning'],
      price: { mode: 'free' },
    });
    expect(catalog.get('acme/one')).toMatchObject({ freeTier: false, price: { cost: { input: 1_000_000n } } });
  });

  test('a paid model does not become free, and images and local models stay as they are', async () => {
    const { skipped } = await catalog.sync({
      ...foreign({}),
      data: {
        acme: { models: { one: { cost: { input: 0, output: 0 } }, draws: { cost: { input: 9, output: 9 } } } },
        ollama: { models: { one: { cost: { input: 9, output: 9 } } } },
      },
    });
    expect(skipped.map(({ id }) => id)).toEqual(['acme/one', 'acme/draws']);
    expect(catalog.get('acme/one')?.price?.cost.input).toBe(1_000_000n);
    expect(catalog.get('ollama/one')?.price?.mode).toBe('free');
  });

  test('a file older than what is stored changes nothing', async () => {
    const { skipped } = await catalog.sync({
      ...foreign({ one: { cost: { input: 2, output: 4 } } }),
      asOf: '2026-07-02',
    });
    expect(skipped).toEqual([{ id: 'acme/one', why: 'what is stored is newer (2026-11-01)' }]);
  });

  test.each([
    ['a negative price', { one: { cost: { input: -1, output: 2 } } }, 'acme/one: input -1 is no price'],
    ['a price beyond belief', { one: { cost: { input: 1, output: 10_001 } } }, 'acme/one: output 10001 is no price'],
    ['a price that is text', { one: { cost: { input: '1' } } }, 'acme/one: cost.input'],
    ['a model that is a number', { one: 7 }, 'acme/one'],
  ])('%s stops everything, and nothing is changed', async (_, models, message) => {
    const before = await snapshot();
    const file = foreign({ ...models, gone: { cost: { input: 5, output: 5 } } });
    await expect(catalog.sync(file)).rejects.toThrow(message);
    expect(await snapshot()).toEqual(before);
  });

  test('nonsense about models of no concern here does no harm', async () => {
    await catalog.sync(foreign({ stranger: { cost: { input: -1 } }, one: { cost: { input: 2, output: 4 } } }));
    expect(catalog.get('acme/one')?.price?.cost.input).toBe(2_000_000n);
  });
});

describe('from a seed', () => {
  const newer = (over: object): Seed => ({
    ...seed,
    models: seed.models.map((model) =>
      model.id === 'acme/one' ? { ...model, checked_at: '2026-11-24', ...over } : model,
    ),
  });
  const source = (data: unknown) => ({ name: 'models.json', asOf: AS_OF, data });

  test('facts, prices and lifecycle are taken', async () => {
    const cheaper = { effective_from: '2026-11-24', terms: { unit: 'token' as const, input: '0.50', output: '1.00' } };
    await catalog.sync(source(newer({ name: 'One again', price: cheaper, price_changes: [] })));
    expect(catalog.get('acme/one')).toMatchObject({ name: 'One again', price: { cost: { input: 500_000n } } });
    now = Date.parse('2027-01-02T00:00:00Z');
    await catalog.refresh();
    expect(catalog.get('acme/one')?.price?.cost.input).toBe(500_000n);
  });

  test('every fault of a bad one is told, and nothing is changed', async () => {
    const before = await snapshot();
    const bad = newer({ price: { effective_from: '2026-11-24', terms: { unit: 'token', input: '-1', output: 'x' } } });
    await expect(catalog.sync(source(bad))).rejects.toThrow(/input: must be dollars[\s\S]*output: must be dollars/);
    expect(await snapshot()).toEqual(before);
  });
});

test.each([['nothing'], [null], [[]], [{}], [{ providers: {} }], [{ acme: { models: {} } }]])(
  '%j is not a catalog',
  async (data) => {
    await expect(catalog.sync({ name: 'x.json', asOf: AS_OF, data })).rejects.toThrow(
      'neither a seed of this program nor a models.dev catalog',
    );
  },
);
