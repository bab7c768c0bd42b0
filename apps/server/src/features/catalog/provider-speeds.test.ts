import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { seedModelFixture } from './model-fixture.ts';
import { createCatalog } from './service.ts';
import { readUsage } from './store.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  database = openDatabase(created.url);
});
afterAll(async () => {
  await database?.close();
  await drop?.();
});

let calls = 0;
async function call(over: Record<string, unknown>): Promise<void> {
  calls += 1;
  const row = {
    id: `call-${calls}`,
    user_id: 'usr_1',
    model_id: 'acme/one',
    provider: 'acme',
    streamed: true,
    outcome: 'completed',
    output_tokens: 50,
    ttft_ms: 100,
    duration_ms: 1_100,
    created_at: new Date(START - 60_000),
    ...over,
  };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await database.query(`INSERT INTO calls (${Object.keys(row).join(', ')}) VALUES (${places})`, Object.values(row));
}

test('how fast each provider was is the median of the last seven days, and nothing where nobody measured', async () => {
  await call({});
  await call({ ttft_ms: 300, duration_ms: 1_300, output_tokens: 70 });
  await call({ ttft_ms: 900, duration_ms: 1_900, output_tokens: 90 });
  await call({ ttft_ms: 9_000, duration_ms: 90_000, created_at: new Date(START - 8 * DAY) });
  await call({ provider: 'stopped', ttft_ms: 250, outcome: 'client_gone' });
  await call({ provider: 'failed', ttft_ms: null, outcome: 'upstream_error' });
  const { speeds = [] } = (await readUsage(database, new Date(START))).get('acme/one') ?? {};
  expect([...speeds].sort((a, b) => a.provider.localeCompare(b.provider))).toEqual([
    { provider: 'acme', ttftMsP50: 300, tokensPerSecondP50: 70 },
    { provider: 'stopped', ttftMsP50: 250, tokensPerSecondP50: null },
  ]);

  const clock = createFakeClock(START);
  const catalog = createCatalog({ database, clock, commissionBps: 3_000, isProviderAvailable: () => true });
  const models = ['acme/one', 'acme/two'].map((id) => seedModelFixture({ id, name: id }));
  await catalog.load({ format: 'q-catalog/1', providers: [{ id: 'acme', name: 'Acme', docs_url: null }], models });
  expect(catalog.show('acme/one')?.offers[0]?.latency).toEqual({ ttft_ms_p50: 300, tokens_per_second_p50: 70 });
  expect(catalog.show('acme/two')?.offers[0]?.latency).toEqual({ ttft_ms_p50: null, tokens_per_second_p50: null });
  catalog.close();
});
