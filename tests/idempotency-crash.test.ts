import { parseUsd } from '@q/contract/money';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../apps/server/src/platform/database/database.ts';
import { createFakeUpstream, type FakeUpstream } from '../apps/server/src/testing/fake-upstream.ts';
import { createTestDatabase } from '../apps/server/src/testing/test-database.ts';
import { answers, gate } from '../apps/server/src/testing/upstream-behaviours.ts';
import { type Buyer, type Product, removeData, signUp, startProduct } from './product.ts';

/** The life of a hold after its process died: its lease, and the margin until others take it. Moved forward instead of waited for. */
const LEASE_OVER = "UPDATE hold_progress SET lease_until = now() - interval '1 minute'";
const SWEPT_WITHIN_MS = 15_000;
const MASTER_KEY = 'a master key of these tests, long enough';

let upstream: FakeUpstream;
let ground: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let survivor: Product;
let victim: Product;
let buyer: Buyer;
const start = () =>
  startProduct({
    DATABASE_URL: ground.url,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: upstream.url,
    MASTER_KEY,
  });

beforeAll(async () => {
  upstream = await createFakeUpstream();
  ground = await createTestDatabase();
  database = openDatabase(ground.url);
  survivor = await start();
});
afterAll(async () => {
  await survivor?.stop();
  await upstream?.close();
  await database?.close();
  await ground?.drop();
  for (const product of [survivor, victim]) if (product) removeData(product);
});
beforeEach(async () => {
  upstream.script(answers());
  buyer = await signUp(survivor.url, 5);
});

const spent = async () => parseUsd((await buyer.ask<{ spent_usd: string }>('GET', '/api/v1/balance')).spent_usd) ?? -1n;
const call = (url: string, stream: boolean) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${buyer.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'k',
    },
    body: JSON.stringify({ model: 'openai/gpt-5.5', messages: [{ role: 'user', content: 'Hello' }], stream }),
  });
const openHolds = async () =>
  (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM hold_progress'))[0]?.n;

test('50 calls under one key on two processes: one reaches the provider, one is charged', async () => {
  victim = await start();
  const before = upstream.requests.length;
  const all = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const response = await call(index % 2 === 0 ? survivor.url : victim.url, false);
      return { status: response.status, text: await response.text() };
    }),
  );
  expect(upstream.requests.length - before).toBe(1);
  const answered = all.filter(({ status }) => status === 200);
  expect(new Set(answered.map(({ text }) => text)).size).toBe(1);
  expect(all.length - answered.length).toBe(all.filter(({ status }) => status === 409).length);
  const { usage } = JSON.parse(answered[0]?.text ?? '') as { usage: { cost_usd: string } };
  expect(await spent()).toBe(parseUsd(usage.cost_usd));
});

test('a process killed in mid-stream: running, then charged for what came and told so, and never called again', async () => {
  const open = gate(answers(), ['Once upon a time there was ', 'a gateway.']);
  upstream.script(open.behaviour);
  const reader = (await call(victim.url, true)).body?.getReader();
  for (let text = ''; !text.includes('gateway'); ) text += Buffer.from((await reader?.read())?.value ?? []).toString();
  await expect
    .poll(async () => (await database.query('SELECT 1 FROM hold_progress WHERE usage IS NOT NULL')).length)
    .toBe(1);
  await victim.kill();
  const before = upstream.requests.length;
  const soon = await call(survivor.url, true);
  expect([soon.status, soon.headers.get('retry-after')]).toEqual([409, '1']);
  await database.query(LEASE_OVER);
  await expect.poll(openHolds, { timeout: SWEPT_WITHIN_MS }).toBe(0);
  const later = await call(survivor.url, true);
  const { error } = (await later.json()) as { error: Record<string, string> };
  const cost = await spent();
  expect(cost).toBeGreaterThan(0n);
  expect([later.status, error['code'], parseUsd(error['cost_usd'] ?? '')]).toEqual([409, 'conflict', cost]);
  expect(error['message']).toContain('its answer is lost');
  const receipt = await buyer.ask<{ receipt: string }>('GET', error['receipt'] ?? '');
  expect(JSON.stringify(receipt)).toContain(error['call_id']);
  expect(upstream.requests).toHaveLength(before);
});

test('a process killed before any answer: running, then free, and the call is carried out', async () => {
  removeData(victim);
  victim = await start();
  const open = gate();
  upstream.script(open.behaviour);
  const before = upstream.requests.length;
  const dying = call(victim.url, false).catch(() => null);
  await expect.poll(() => upstream.requests.length).toBe(before + 1);
  await victim.kill();
  await dying;
  upstream.script(answers());
  expect((await call(survivor.url, false)).status).toBe(409);
  await database.query(LEASE_OVER);
  await expect.poll(openHolds, { timeout: SWEPT_WITHIN_MS }).toBe(0);
  expect(await spent()).toBe(0n);
  const done = await call(survivor.url, false);
  expect([done.status, done.headers.get('idempotent-replayed')]).toEqual([200, null]);
  expect(await spent()).toBeGreaterThan(0n);
});
