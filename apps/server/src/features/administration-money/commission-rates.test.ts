import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { loadSeed } from '../catalog/load-seed.ts';
import { createCatalog } from '../catalog/service.ts';

const RATES = '/api/v1/admin/commission-rates';
const MODEL = 'openai/gpt-5.5';
const SIBLING = 'openai/gpt-5.4-mini';
const OTHER = 'sandbox/guide';

let server: Awaited<ReturnType<typeof startTestServer>>;
let admin: TestPerson['ask'];
beforeAll(async () => {
  server = await startTestServer({ COMMISSION_RATE: '0.20' });
  const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
  admin = askWith(server.url, body.access_token);
});
afterAll(() => server?.close());
afterEach(async () => {
  for (const [scope, subject] of [['house'], ['publisher', 'openai'], ['model', MODEL]])
    await admin('PUT', RATES, { scope, subject, commission_bps: null, reason: 'the test is over' });
  expect((await server.app.services.ledger.check()).ok).toBe(true);
});

const set = (scope: string, subject: string | undefined, commission_bps: unknown, reason = 'a new agreement') =>
  admin('PUT', RATES, { scope, subject, commission_bps, reason });
const bpsOf = (id: string) => server.app.services.catalog.get(id)?.price?.commissionBps;
const versions = (id: string) =>
  server.database.query<{ id: bigint; commission_bps: number; list_input: bigint }>(
    'SELECT id, commission_bps, list_input FROM price_versions WHERE model_id = $1 AND valid_from <= now() ORDER BY id',
    [id],
  );

describe('commission rates', () => {
  test('the most specific one counts, and the wider ones again when it is withdrawn', async () => {
    const seen = async () => [MODEL, SIBLING, OTHER].map(bpsOf);
    expect(await seen()).toEqual([2_000, 2_000, 2_000]);
    expect((await set('model', MODEL, 500)).body).toEqual({ changed: true, repriced_models: [MODEL] });
    expect(await seen()).toEqual([500, 2_000, 2_000]);
    const { body } = await set('publisher', 'openai', 1_000);
    expect(body.repriced_models).toContain(SIBLING);
    expect(body.repriced_models).not.toContain(MODEL);
    expect(await seen()).toEqual([500, 1_000, 2_000]);
    await set('house', undefined, 0);
    expect(await seen()).toEqual([500, 1_000, 0]);
    await set('model', MODEL, null);
    await set('publisher', 'openai', null);
    expect(await seen()).toEqual([0, 0, 0]);
  });

  test('a change makes a new price version and leaves the old ones as they were', async () => {
    const before = await versions(MODEL);
    await set('model', MODEL, 1_234);
    const after = await versions(MODEL);
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)).toMatchObject({ commission_bps: 1_234 });
    expect(after.at(-1)!.list_input).not.toBe(before.at(-1)!.list_input);
  });

  test('the same rate again changes nothing, and is no second row', async () => {
    await set('model', MODEL, 700);
    const before = await versions(MODEL);
    const { total } = (await admin('GET', RATES)).body;
    expect((await set('model', MODEL, 700)).body).toEqual({ changed: false, repriced_models: [] });
    expect(await versions(MODEL)).toEqual(before);
    expect((await admin('GET', RATES)).body.total).toBe(total);
  });

  test('a running call ends at the price it began with; the next one has the new price', async () => {
    const person = await signUpPerson(server.url, 5);
    const { ledger, catalog } = server.app.services;
    const priced = () => {
      const model = catalog.get(MODEL);
      if (!model?.price) throw new Error('the model has no price');
      return model.price;
    };
    const open = () =>
      ledger.hold({
        id: newId('req'),
        userId: person.id,
        apiKey: null,
        modelId: MODEL,
        provider: 'openai',
        price: priced(),
        payee: 'openai',
        amount: 1_000_000_000n,
      });
    const usage = {
      inputTokens: 1_000,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 100,
      reasoningTokens: 0,
    };
    const end = { usage, usageSource: 'provider' as const, reason: 'completed', attempts: [] };
    const [old, running] = [priced(), await open()];
    await set('model', MODEL, 5_000);
    const next = await open();
    expect(priced().list.input > old.list.input).toBe(true);
    const nano = (price: typeof old) => (1_000n * price.list.input + 100n * price.list.output + 999n) / 1_000n;
    expect((await ledger.settle(running, end)).charged).toBe(nano(old));
    expect((await ledger.settle(next, end)).charged).toBe(nano(priced()));
  });

  test('outlive a restart and a load of the catalog', async () => {
    await set('model', MODEL, 4_321);
    const before = await versions(MODEL);
    const again = createCatalog({ database: server.database, commissionBps: 2_000, isProviderAvailable: () => true });
    await again.load(await loadSeed());
    again.close();
    expect(again.get(MODEL)?.price?.commissionBps).toBe(4_321);
    expect(await versions(MODEL)).toEqual(before);
  });

  test('are listed newest first with who set them and why; what is configured is named', async () => {
    await set('publisher', 'openai', 900, 'first');
    await set('publisher', 'openai', 800, 'second');
    const { body } = await admin('GET', `${RATES}?per_page=2`);
    expect(body).toMatchObject({ house_bps: 2_000, configured_bps: 2_000, page: 1, per_page: 2 });
    expect(body.data).toMatchObject([
      { scope: 'publisher', subject: 'openai', commission_bps: 800, reason: 'second', in_force: true },
      { scope: 'publisher', subject: 'openai', commission_bps: 900, reason: 'first', in_force: false },
    ]);
    const [entry] = (await admin('GET', '/api/v1/admin/audit?action=commission.set')).body.data;
    expect(entry).toMatchObject({
      object: 'openai',
      details: { scope: 'publisher', before_bps: 900, bps: 800, reason: 'second' },
    });
  });

  test('set at the same time by many end as one of them, with prices to match', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => set('model', MODEL, 100 + index)));
    const [rate] = (await admin('GET', `${RATES}?per_page=1`)).body.data;
    expect((await versions(MODEL)).at(-1)?.commission_bps).toBe(rate.commission_bps);
    await server.app.services.catalog.refresh();
    expect(bpsOf(MODEL)).toBe(rate.commission_bps);
  });

  test.each([
    ['house', 'openai', 100, 400],
    ['publisher', undefined, 100, 400],
    ['model', MODEL, 10_000, 400],
    ['model', MODEL, -1, 400],
    ['model', MODEL, 0.5, 400],
    ['model', MODEL, '100', 400],
    ['model', MODEL, undefined, 400],
    ['everybody', undefined, 100, 400],
    ['publisher', 'nobody', 100, 404],
    ['model', 'openai/none', 100, 404],
  ])('%s %s at %s is a %i', async (scope, subject, bps, status) => {
    const before = (await admin('GET', RATES)).body.total;
    expect((await set(scope, subject, bps)).status).toBe(status);
    expect((await admin('GET', RATES)).body.total).toBe(before);
  });
});
