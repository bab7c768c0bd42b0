import { parseUsd } from '@q/contract/money';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script(answers());
  server = await startTestServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url });
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  person = await signUpPerson(server.url, 0);
});
afterEach(async () => {
  expect((await server.app.services.ledger.check()).ok).toBe(true);
});

const topUp = (amount: unknown, key?: string) =>
  person.ask(
    'POST',
    '/api/v1/balance/top-ups',
    { amount_usd: amount },
    key === undefined ? {} : { 'idempotency-key': key },
  );
const call = (model: string) =>
  person.ask('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] });
const nano = (usd: string) => parseUsd(usd) ?? -1n;

describe('a top-up', () => {
  test('is not for analysts, who could spend nothing of it', async () => {
    await server.database.query("UPDATE users SET role = 'analyst' WHERE id = $1", [person.id]);
    expect((await topUp('25')).status).toBe(403);
    expect((await person.ask('GET', '/api/v1/balance')).body.total_usd).toBe('0.000000000');
  });

  test('with test funds is credited at once and says so', async () => {
    const { status, body } = await topUp('25');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'succeeded',
      mode: 'test',
      amount_usd: '25.000000000',
      balance_usd: '25.000000000',
    });
    expect((await person.ask('GET', '/api/v1/balance')).body).toEqual({
      total_usd: '25.000000000',
      spent_usd: '0.000000000',
      held_usd: '0.000000000',
      available_usd: '25.000000000',
      currency: 'USD',
    });
    expect((await person.ask('GET', '/api/v1/auth/me')).body.balance_usd).toBe('25.000000000');
  });

  test.each(['5', '500', '12.34', '5.00'])('of %s is taken', async (amount) => {
    expect((await topUp(amount)).status).toBe(201);
  });

  test.each(['4.99', '500.01', '-5', '0', '', '5e1', '10.001', 'NaN', '١٠', 10, null, ['10'], '5 ', '1'.repeat(40)])(
    'of %j is refused',
    async (amount) => {
      const { status, body } = await topUp(amount);
      expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_request', 'amount_usd']);
      expect((await person.ask('GET', '/api/v1/balance')).body.total_usd).toBe('0.000000000');
    },
  );

  test('fields of another are refused', async () => {
    const { status } = await person.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '10', user_id: 'usr_other' });
    expect(status).toBe(400);
  });

  test('repeated under one Idempotency-Key is booked once, at the same time or later, on one server or two', async () => {
    const second = await server.second();
    const url = (index: number) => (index % 2 === 0 ? server.url : second.url);
    const same = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        askWith(url(index), person.token)(
          'POST',
          '/api/v1/balance/top-ups',
          { amount_usd: '10' },
          { 'idempotency-key': 'one and the same' },
        ),
      ),
    );
    expect(new Set(same.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(same.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(same.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    expect((await topUp('10', 'one and the same')).body).toEqual(same[0]?.body);
    expect((await person.ask('GET', '/api/v1/balance')).body.total_usd).toBe('10.000000000');
  });

  test('that was refused leaves its Idempotency-Key free', async () => {
    expect((await topUp('1', 'k')).status).toBe(400);
    expect((await topUp('10', 'k')).headers.has('idempotent-replayed')).toBe(false);
  });

  test('under a used key but another amount is refused; under another person’s key it is new', async () => {
    await topUp('10', 'k');
    expect((await topUp('20', 'k')).status).toBe(422);
    person = await signUpPerson(server.url, 0);
    expect((await topUp('20', 'k')).status).toBe(201);
  });

  test('a key of 256 characters is refused', async () => {
    expect((await topUp('10', 'k'.repeat(256))).status).toBe(400);
  });
});

describe('the calls of somebody else', () => {
  test('are for administrators', async () => {
    await topUp('5');
    await call('openai/gpt-5.4-mini');
    const other = await signUpPerson(server.url, 0);
    const login = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const admin = askWith(server.url, login.body.access_token);
    const path = `/api/v1/usage?user_id=${person.id}`;
    const own = (await person.ask('GET', path)).body;
    expect([own.total, own]).toEqual([1, (await person.ask('GET', '/api/v1/usage')).body]);
    expect((await admin('GET', path)).body).toEqual(own);
    expect((await admin('GET', '/api/v1/usage')).body.total).toBe(0);
    const { status, body } = await other.ask('GET', path);
    expect([status, body.error.code, body.error.param]).toEqual([403, 'forbidden', 'user_id']);
  });

  test.each([
    [['read'], 403],
    [['read', 'manage'], 200],
  ])('answer an API key of an administrator that may %j with %i', async (permissions, wanted) => {
    const login = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const admin = askWith(server.url, login.body.access_token);
    const { body } = await admin('POST', '/api/v1/keys', { name: 'reports', permissions });
    const { status } = await askWith(server.url, body.key)('GET', `/api/v1/usage?user_id=${person.id}`);
    expect(status).toBe(wanted);
  });
});

describe('transactions', () => {
  beforeEach(async () => {
    await topUp('10');
    await call('openai/gpt-5.5');
    await call('openai/gpt-5.4-mini');
    await topUp('5');
  });

  test('are listed newest first with running balance, model and commission', async () => {
    const { body } = await person.ask('GET', '/api/v1/transactions');
    expect(body.data.map((row: { kind: string }) => row.kind)).toEqual(['top_up', 'charge', 'charge', 'top_up']);
    expect(body).toMatchObject({ total: 4, page: 1, per_page: 20, next_cursor: null });
    const balances = body.data.map((row: { balance_after_usd: string }) => nano(row.balance_after_usd));
    for (let index = 0; index < 3; index += 1)
      expect(balances[index] - balances[index + 1]).toBe(nano(body.data[index].amount_usd));
    const charge = body.data[2];
    expect(charge).toMatchObject({
      model: 'openai/gpt-5.5',
      provider: 'openai',
      description: 'Call of openai/gpt-5.5',
    });
    // 30 % of what the buyer pays, up to the rounding of the list price.
    const share = Number(nano(charge.commission_usd)) / -Number(nano(charge.amount_usd));
    expect(share).toBeGreaterThanOrEqual(0.3);
    expect(share).toBeLessThan(0.3001);
  });

  test('tell a loss on usage above the hold as the revenue report does', async () => {
    upstream.script(answers({ usage: { prompt_tokens: 10, completion_tokens: 90_000, total_tokens: 90_010 } }));
    const body = { model: 'openai/gpt-5.4-nano', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10 };
    await person.ask('POST', '/v1/chat/completions', body);
    upstream.script(answers());
    const admin = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const revenue = await askWith(server.url, admin.body.access_token)('GET', '/api/v1/admin/revenue');
    const { figures } = revenue.body.by_model.find(({ group }: { group: string }) => group === body.model);
    const [charge] = (await person.ask('GET', '/api/v1/transactions?kind=charge')).body.data;
    expect(nano(charge.commission_usd)).toBeLessThan(0n);
    expect(charge.commission_usd).toBe(figures.resale_margin_usd);
  });

  test('can be filtered and paged', async () => {
    const list = async (query: string) => (await person.ask('GET', `/api/v1/transactions?${query}`)).body;
    expect((await list('kind=charge')).total).toBe(2);
    expect((await list('model=openai/gpt-5.5')).data).toHaveLength(1);
    expect((await list('to=2020-01-01')).total).toBe(0);
    expect((await list('from=2020-01-01')).total).toBe(4);
    const first = await list('per_page=3');
    const second = await list(`per_page=3&cursor=${first.next_cursor}`);
    expect(second.data).toHaveLength(1);
    expect((await list('per_page=3&page=2')).data).toEqual(second.data);
  });

  test('name no page to go on with after one that ends with the last of them', async () => {
    const cursorOf = async (query: string) =>
      (await person.ask('GET', `/api/v1/transactions?${query}`)).body.next_cursor;
    const half = await cursorOf('per_page=2');
    expect(half).toMatch(/^txn_\d+$/);
    const lasts = ['per_page=4', 'per_page=2&page=2', `per_page=2&cursor=${half}`, 'per_page=2&kind=charge'];
    for (const last of lasts) expect([last, await cursorOf(last)]).toEqual([last, null]);
  });

  test('bear the balance the person had then, however they are filtered and paged', async () => {
    const list = async (query: string) => (await person.ask('GET', `/api/v1/transactions?${query}`)).body.data;
    const all = await list('');
    const byId = new Map(all.map((row: { id: string }) => [row.id, row]));
    const queries = ['kind=charge', 'kind=top_up', 'model=openai/gpt-5.4-mini', 'per_page=1&page=3', 'from=2020-01-01'];
    for (const query of [...queries, `cursor=${all[1].id}`, `kind=top_up&cursor=${all[0].id}`]) {
      const rows = await list(query);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toEqual(byId.get(row.id));
    }
  });

  test('a model that cost more comes first in the summary', async () => {
    const { by_model: models, by_day: days } = (await person.ask('GET', '/api/v1/balance/summary')).body;
    expect(models.map(({ model, calls }: { model: string; calls: number }) => [model, calls])).toEqual([
      ['openai/gpt-5.5', 1],
      ['openai/gpt-5.4-mini', 1],
    ]);
    expect(days[0]).toMatchObject({ credited_usd: '15.000000000', calls: 2 });
  });

  test.each([
    'kind=everything',
    'page=0',
    'per_page=101',
    'per_page=0x10',
    'page=1e1',
    'page=%205',
    'page=%2B5',
    'page=',
    'from=yesterday',
    'cursor=1;DROP',
    'user_id=usr_1',
  ])('?%s is a 400', async (query) => {
    expect((await person.ask('GET', `/api/v1/transactions?${query}`)).status).toBe(400);
  });

  test('a time that cannot be read is told how to be written', async () => {
    for (const from of ['2026-02-30', '2026-11-22T00:00:00', '']) {
      const { status, body } = await person.ask('GET', `/api/v1/transactions?from=${from}`);
      expect([status, body.error.message]).toEqual([400, expect.stringMatching(/^from: must be a day such as 2026/)]);
    }
  });

  test('are refused for a window that ends before it begins, in a file as well', async () => {
    for (const accept of ['application/json', 'text/csv']) {
      const list = (query: string) => person.ask('GET', `/api/v1/transactions?${query}`, undefined, { accept });
      for (const query of [
        'from=2026-02-02&to=2026-02-01',
        'from=2026-02-01T01:00:00Z&to=2026-02-01T01:30:00%2B01:00',
      ]) {
        const { status, body } = await list(query);
        expect([status, body.error?.code, body.error?.param]).toEqual([400, 'invalid_request', 'from']);
      }
      expect((await list('from=2026-02-01&to=2026-02-01')).status).toBe(200);
    }
  });

  test('export as CSV', async () => {
    const { headers, body } = await person.ask('GET', '/api/v1/transactions?kind=charge', undefined, {
      accept: 'text/csv',
    });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = body.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^id,created_at,kind/);
    expect(lines[1]).toMatch(/,-0\.\d{9},/);
  });

  test.each(['text/csv;q=0', 'text/csv;q=0.5, application/json'])('are JSON for Accept: %s', async (accept) => {
    const { headers, body } = await person.ask('GET', '/api/v1/transactions', undefined, { accept });
    expect([headers.get('content-type'), body.page]).toEqual(['application/json; charset=utf-8', 1]);
  });

  test('are not exported when one file does not hold them all', async () => {
    const { id: userId } = (await person.ask('GET', '/api/v1/auth/me')).body;
    const all = { userId, kind: null, model: null, from: null, to: null, beforeId: null };
    const { wallet } = server.app.services;
    expect(await wallet.allMovements(all, 4)).toHaveLength(4);
    await expect(wallet.allMovements(all, 3)).rejects.toMatchObject({ code: 'invalid_request', param: 'from' });
  });

  test('are the caller’s own', async () => {
    const other = await signUpPerson(server.url, 0);
    expect((await other.ask('GET', '/api/v1/transactions')).body.data).toEqual([]);
    expect((await other.ask('GET', '/api/v1/usage')).body.data).toEqual([]);
  });

  test('agree with the summary, the usage list and the balance', async () => {
    const summary = (await person.ask('GET', '/api/v1/balance/summary')).body;
    const balance = (await person.ask('GET', '/api/v1/balance')).body;
    const usage = (await person.ask('GET', '/api/v1/usage')).body;
    const sum = (rows: { cost_usd?: string; spent_usd?: string }[]) =>
      rows.reduce((total, row) => total + nano(row.cost_usd ?? row.spent_usd ?? ''), 0n);
    expect(sum(summary.by_model)).toBe(nano(balance.spent_usd));
    expect(sum(usage.data)).toBe(nano(balance.spent_usd));
    expect(summary.by_day).toHaveLength(1);
    expect(summary.by_kind.map((row: { kind: string; count: number }) => [row.kind, row.count])).toEqual([
      ['charge', 2],
      ['top_up', 2],
    ]);
  });
});

describe('the check of the books', () => {
  test('is for administrators', async () => {
    expect((await person.ask('GET', '/api/v1/admin/ledger/check')).status).toBe(403);
    expect((await askWith(server.url, null)('GET', '/api/v1/admin/ledger/check')).status).toBe(401);
    const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const check = await askWith(server.url, body.access_token)('GET', '/api/v1/admin/ledger/check');
    expect(check.body).toMatchObject({ ok: true, checked: expect.any(Number) });
    expect(check.body.invariants).toContainEqual({ id: 'I1', ok: true, detail: expect.any(String) });
  });
});
