import { parseUsd } from '@q/contract/money';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';

const POPULAR = 'openai/gpt-5.5';
const RARE = 'openai/gpt-5.4-mini';
const PEOPLE = 5;

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let admin: TestPerson['ask'];
let analyst: TestPerson['ask'];
beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script(answers());
  server = await startTestServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url });
  const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
  admin = askWith(server.url, body.access_token);
  for (let index = 0; index < PEOPLE; index += 1) {
    const person = await signUpPerson(server.url, 10);
    const models = index === 0 ? [POPULAR, RARE] : [POPULAR];
    for (const model of models)
      await person.ask('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] });
    if (index !== 1) continue;
    const [charge] = (await person.ask('GET', '/api/v1/transactions?kind=charge')).body.data;
    await admin('POST', '/api/v1/admin/adjustments', { call_id: charge.call_id, reason: 'a bad answer' });
    await admin('POST', '/api/v1/admin/adjustments', { user_id: person.id, amount_usd: '3', reason: 'sorry' });
  }
  const watcher = await signUpPerson(server.url, 0);
  await server.database.query("UPDATE users SET role = 'analyst' WHERE id = $1", [watcher.id]);
  analyst = watcher.ask;
});
afterAll(async () => {
  expect((await server?.app.services.ledger.check())?.ok).toBe(true);
  await server?.close();
  await upstream?.close();
});

type Figures = Record<string, string>;
interface Line {
  period: string | null;
  group: string | null;
  figures: Figures;
}
const nano = (usd: string | undefined) => parseUsd(usd ?? '') ?? -1n;

function sumOf(lines: Line[]): Figures {
  const sums: Record<string, bigint> = {};
  for (const { figures } of lines)
    for (const [name, usd] of Object.entries(figures)) sums[name] = (sums[name] ?? 0n) + nano(usd);
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum.toString()]));
}
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const asNano = (figures: Figures) =>
  Object.fromEntries(Object.entries(figures).map(([name, usd]) => [name, nano(usd).toString()]));

describe('revenue', () => {
  test('days and models both sum up to the totals, and those to what people see', async () => {
    const { status, body } = await admin('GET', '/api/v1/admin/revenue');
    expect(status).toBe(200);
    expect(sumOf(body.by_day)).toEqual(asNano(body.totals));
    expect(sumOf(body.by_model)).toEqual(asNano(body.totals));
    expect(body.by_model.map((line: Line) => line.group)).toEqual([RARE, POPULAR, null]);
    expect(body.totals).toMatchObject({ top_ups_usd: '50.000000000', adjustments_given_usd: '3.000000000' });
    const [row] = await server.database.query<{ sum: bigint }>(
      'SELECT sum(amount)::bigint AS sum FROM hold_resolutions',
    );
    expect(nano(body.totals.gross_usd)).toBe(row?.sum);
  });

  test('agrees with the trial balance', async () => {
    const { totals } = (await admin('GET', '/api/v1/admin/revenue')).body;
    const { body } = await admin('GET', '/api/v1/admin/ledger/accounts');
    const balance = (code: string) =>
      body.data.find((row: { code: string }) => row.code === code)?.balance ?? '0.000000000';
    expect(totals.resale_usd).toBe(balance('revenue:resale'));
    expect(totals.provider_cost_usd).toBe(balance('expense:provider_cost'));
    expect(totals.top_ups_usd).toBe(balance('asset:test_funds'));
    expect(totals.adjustments_given_usd).toBe(balance('expense:adjustment'));
    const usd = body.totals.find((total: { asset: string }) => total.asset === 'USD');
    expect(usd.debits).toBe(usd.credits);
    expect(body.data.filter((row: { code: string }) => /usr_/.test(row.code))).toEqual([]);
  });

  test('outside the window is nothing', async () => {
    const { body } = await admin('GET', '/api/v1/admin/revenue?from=2020-01-01&to=2020-02-01');
    expect(body).toMatchObject({ from: '2020-01-01T00:00:00.000Z', by_day: [], by_model: [] });
    expect(new Set(Object.values(body.totals))).toEqual(new Set(['0.000000000']));
  });

  test('is split as asked for', async () => {
    const { body } = await admin('GET', '/api/v1/analytics/revenue?interval=month&group_by=provider');
    expect(body).toMatchObject({ interval: 'month', group_by: 'provider', withheld: 0 });
    expect(body.data.map((line: Line) => line.group)).toEqual(['openai', null]);
    expect(body.data[0].period).toMatch(/-01T00:00:00\.000Z$/);
    expect(sumOf(body.data)).toEqual(asNano(body.totals));
  });

  test('analysts do not see what fewer than five people did', async () => {
    const { body } = await analyst('GET', '/api/v1/analytics/revenue?group_by=model');
    expect(body.data.map((line: Line) => line.group)).toEqual([POPULAR, null]);
    // What one person paid for the rare model, got back for the popular one, and was given.
    expect(body.withheld).toBe(3);
    expect(body.totals).toMatchObject({
      refunds_usd: '0.000000000',
      adjustments_given_usd: '0.000000000',
      top_ups_usd: '50.000000000',
    });
    expect(sumOf(body.data)).toEqual(asNano(body.totals));
    const whole = (await admin('GET', '/api/v1/analytics/revenue?group_by=model')).body;
    expect(whole.data.map((line: Line) => line.group)).toEqual([RARE, POPULAR, null]);
  });

  test.each(['', '&group_by=provider', '&interval=day', '&interval=month&group_by=model'])(
    'analysts find the same totals in every report, so that none tells what another leaves out: %s',
    async (split) => {
      const { totals } = (await analyst('GET', '/api/v1/analytics/revenue?group_by=model')).body;
      const { body } = await analyst('GET', `/api/v1/analytics/revenue?from=${daysAgo(2)}${split}`);
      expect(body.totals).toEqual(totals);
      expect(body.withheld).toBe(3);
    },
  );

  test('an analyst’s window has whole days', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const now = new Date().toISOString();
    const before = new Date(Date.now() - 1).toISOString();
    const { body } = await analyst('GET', `/api/v1/analytics/revenue?from=${before}&to=${now}`);
    expect(body.from).toBe(`${before.slice(0, 10)}T00:00:00.000Z`);
    expect(Date.parse(body.to) - Date.parse(today)).toBeGreaterThanOrEqual(86_400_000);
    expect(body.totals.top_ups_usd).toBe('50.000000000');
  });

  test.each([
    'from=yesterday',
    'from=2026-02-01&to=2026-01-01',
    'interval=year',
    'group_by=user',
    'interval=hour&from=2020-01-01',
    'user_id=usr_1',
  ])('?%s is a 400', async (query) => {
    expect((await admin('GET', `/api/v1/analytics/revenue?${query}`)).status).toBe(400);
  });
});
