import { formatUsd, parseUsd } from '@q/contract/money';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../lib/id.ts';
import { createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { answers } from '../../testing/upstream-behaviours.ts';

const DAY_MS = 86_400_000;
const GRANTS = '/api/v1/admin/grants';
const ADJUSTMENTS = '/api/v1/admin/adjustments';

let upstream: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let admin: TestPerson['ask'];
let adminId: string;
let person: TestPerson;
beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script(answers());
  server = await startTestServer({
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: upstream.url,
    SIGN_IN_LIMIT_PER_10_S: '100',
  });
  const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
  admin = askWith(server.url, body.access_token);
  adminId = body.user.id;
});
afterAll(async () => {
  await server?.close();
  await upstream?.close();
});
beforeEach(async () => {
  person = await signUpPerson(server.url, 0);
});
afterEach(async () => {
  const check = await server.app.services.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const grantOf = (more: object = {}) => ({
  user_id: person.id,
  amount_usd: '12.5',
  expires_at: inDays(7),
  reason: 'welcome',
  ...more,
});
const adjustmentOf = (more: object = {}) => ({ user_id: person.id, amount_usd: '5', reason: 'a correction', ...more });
const balance = async () => (await person.ask('GET', '/api/v1/balance')).body;
const statement = async () =>
  (await person.ask('GET', '/api/v1/transactions')).body.data.map(
    (row: { kind: string; description: string; amount_usd: string }) => [row.kind, row.description, row.amount_usd],
  );
const audited = async (action: string) =>
  (await admin('GET', `/api/v1/admin/audit?action=${action}`)).body.data[0] as Record<string, unknown> | undefined;
const nano = (usd: string) => parseUsd(usd) ?? -1n;

async function call(): Promise<{ id: string; cost: bigint }> {
  await person.ask('POST', '/v1/chat/completions', {
    model: 'openai/gpt-5.5',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const [row] = (await person.ask('GET', '/api/v1/transactions?kind=charge')).body.data;
  return { id: row.call_id, cost: -nano(row.amount_usd) };
}

describe('a grant', () => {
  test('is credited, told in the statement, and audited', async () => {
    const given = await admin('POST', GRANTS, grantOf({ reason: 'a welcome gift' }));
    expect(given.status).toBe(201);
    expect(given.body).toMatchObject({
      user_id: person.id,
      amount_usd: '12.500000000',
      reason: 'a welcome gift',
      available_usd: '12.500000000',
    });
    expect(await balance()).toMatchObject({ total_usd: '12.500000000', available_usd: '12.500000000' });
    expect(await statement()).toEqual([['grant', 'Grant: a welcome gift', '12.500000000']]);
    expect(await audited('money.grant')).toMatchObject({
      actor_id: adminId,
      object: person.id,
      details: { amount_usd: '12.500000000', reason: 'a welcome gift', grant: given.body.id },
    });
  });

  test('a hundred times at once under one Idempotency-Key is booked once', async () => {
    const body = grantOf();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => admin('POST', GRANTS, body, { 'idempotency-key': `grant ${person.id}` })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect((await balance()).total_usd).toBe('12.500000000');
    const other = await admin('POST', GRANTS, grantOf({ amount_usd: '13' }), {
      'idempotency-key': `grant ${person.id}`,
    });
    expect(other.status).toBe(422);
  });

  test('that has expired is out of the balance at once, and told in the statement when it is booked', async () => {
    await admin('POST', GRANTS, grantOf());
    await server.database.query("UPDATE wallets SET expires_at = now() - interval '1 second' WHERE user_id = $1", [
      person.id,
    ]);
    expect(await balance()).toMatchObject({
      total_usd: '0.000000000',
      spent_usd: '0.000000000',
      available_usd: '0.000000000',
    });
    expect(await server.app.services.administrationMoney.expireGrants()).toBe(1);
    expect(await statement()).toEqual([
      ['expiry', 'Expired promotional balance', '-12.500000000'],
      ['grant', 'Grant: welcome', '12.500000000'],
    ]);
    expect(await balance()).toMatchObject({
      total_usd: '0.000000000',
      spent_usd: '0.000000000',
      available_usd: '0.000000000',
    });
    const { by_day } = (await person.ask('GET', '/api/v1/balance/summary')).body;
    expect(by_day).toMatchObject([{ spent_usd: '0.000000000', credited_usd: '12.500000000' }]);
  });

  test.each([
    [{ amount_usd: '0' }, 'amount_usd'],
    [{ amount_usd: '-5' }, 'amount_usd'],
    [{ amount_usd: '1000000.000000001' }, 'amount_usd'],
    [{ amount_usd: '1e3' }, 'amount_usd'],
    [{ amount_usd: 5 }, 'amount_usd'],
    [{ amount_usd: '0.0000000001' }, 'amount_usd'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ reason: '  ' }, 'reason'],
    [{ reason: 'x'.repeat(501) }, 'reason'],
    [{ reason: 'turned \u202e round' }, 'reason'],
    [{ reason: undefined }, 'reason'],
    [{ role: 'admin' }, undefined],
  ])('with %j is a 400', async (more, param) => {
    const { status, body } = await admin('POST', GRANTS, grantOf(more));
    expect([status, body.error.code]).toEqual([400, 'invalid_request']);
    if (param !== undefined) expect(body.error.param).toBe(param);
    expect((await balance()).total_usd).toBe('0.000000000');
  });

  test('to nobody is a 404', async () => {
    expect((await admin('POST', GRANTS, grantOf({ user_id: 'usr_none' }))).status).toBe(404);
  });
});

describe('an adjustment', () => {
  test('gives and takes with a reason, audited', async () => {
    const given = await admin('POST', ADJUSTMENTS, adjustmentOf({ amount_usd: '5.25' }));
    expect(given.body).toMatchObject({ kind: 'adjustment', amount_usd: '5.250000000', call_id: null, refund: null });
    const taken = await admin('POST', ADJUSTMENTS, adjustmentOf({ amount_usd: '-1.25', reason: 'was too much' }));
    expect([taken.status, taken.body.amount_usd, taken.body.available_usd]).toEqual([
      201,
      '-1.250000000',
      '4.000000000',
    ]);
    expect(await statement()).toEqual([
      ['adjustment', 'Adjustment: was too much', '-1.250000000'],
      ['adjustment', 'Adjustment: a correction', '5.250000000'],
    ]);
    expect(await balance()).toMatchObject({
      total_usd: '4.000000000',
      spent_usd: '0.000000000',
      available_usd: '4.000000000',
    });
    expect(await audited('money.adjust')).toMatchObject({ object: person.id, details: { reason: 'was too much' } });
  });

  test('of more than is available is a 409 with the figures', async () => {
    await admin('POST', ADJUSTMENTS, adjustmentOf({ amount_usd: '5' }));
    await admin('POST', GRANTS, grantOf());
    const { status, body } = await admin('POST', ADJUSTMENTS, adjustmentOf({ amount_usd: '-5.000000001' }));
    expect(status).toBe(409);
    expect(body.error).toMatchObject({
      available_usd: '5.000000000',
      held_usd: '0.000000000',
      needed_usd: '5.000000001',
    });
    expect((await balance()).available_usd).toBe('17.500000000');
  });

  test('under one Idempotency-Key is booked once, and keeps its key free when it fails', async () => {
    const key = { 'idempotency-key': `adjust ${person.id}` };
    expect((await admin('POST', ADJUSTMENTS, adjustmentOf({ amount_usd: '-5' }), key)).status).toBe(409);
    const same = await Promise.all(Array.from({ length: 20 }, () => admin('POST', ADJUSTMENTS, adjustmentOf(), key)));
    expect(new Set(same.map((answer) => answer.body.id)).size).toBe(1);
    expect((await balance()).available_usd).toBe('5.000000000');
  });

  test.each([
    [{ user_id: undefined }, 'user_id'],
    [{ call_id: 'req_1' }, 'user_id'],
    [{ amount_usd: undefined }, 'amount_usd'],
    [{ amount_usd: '0' }, 'amount_usd'],
    [{ amount_usd: '-0.000000000' }, 'amount_usd'],
    [{ amount_usd: '--5' }, 'amount_usd'],
    [{ amount_usd: '-1000001' }, 'amount_usd'],
    [{ user_id: undefined, call_id: 'req_1', amount_usd: '-5' }, 'amount_usd'],
    [{ reason: '' }, 'reason'],
  ])('with %j is a 400', async (more, param) => {
    const { status, body } = await admin('POST', ADJUSTMENTS, adjustmentOf(more));
    expect([status, body.error.param]).toEqual([400, param]);
  });
});

describe('R32', () => {
  test('nobody moves money of their own account', async () => {
    for (const [path, body] of [
      [GRANTS, grantOf({ user_id: adminId })],
      [ADJUSTMENTS, adjustmentOf({ user_id: adminId })],
      [ADJUSTMENTS, adjustmentOf({ user_id: adminId, amount_usd: '-1' })],
    ] as const) {
      const { status, body: answer } = await admin('POST', path, { ...body, password: TEST_ADMIN.password });
      expect([status, answer.error.code]).toEqual([403, 'forbidden']);
    }
    expect((await admin('GET', '/api/v1/balance')).body.total_usd).toBe('0.000000000');
  });

  test('above 100 dollars the password is asked for, and it has to be the right one', async () => {
    const statuses = [];
    for (const [path, of] of [
      [GRANTS, grantOf],
      [ADJUSTMENTS, adjustmentOf],
    ] as const)
      for (const more of [
        { amount_usd: '100' },
        { amount_usd: '100.000000001' },
        { amount_usd: '101', password: 'not the password' },
        { amount_usd: '101', password: TEST_ADMIN.password },
      ])
        statuses.push((await admin('POST', path, of(more))).status);
    expect(statuses).toEqual([201, 403, 403, 201, 201, 403, 403, 201]);
    const refused = await admin('POST', ADJUSTMENTS, adjustmentOf({ amount_usd: '-200' }));
    expect(refused.body.error).toMatchObject({ code: 'forbidden', param: 'password' });
    expect((await balance()).available_usd).toBe('402.000000000');
    const kept = await server.database.query("SELECT 1 FROM audit_log WHERE details::text LIKE '%' || $1 || '%'", [
      TEST_ADMIN.password,
    ]);
    expect(kept).toEqual([]);
  });

  test('a refund of more than 100 dollars asks for the password, also when the amount is left to the books', async () => {
    await person.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '500' });
    const { ledger, catalog } = server.app.services;
    const price = catalog.get('openai/gpt-5.5')?.price;
    if (!price) throw new Error('the model has no price');
    const of = {
      userId: person.id,
      apiKey: null,
      modelId: 'openai/gpt-5.5',
      provider: 'openai',
      payee: 'openai',
      price,
    };
    const hold = await ledger.hold({ id: newId('req'), amount: 250_000_000_000n, ...of });
    const usage = {
      inputTokens: 10 ** 9,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    };
    await ledger.settle(hold, { usage, usageSource: 'provider', reason: 'completed', attempts: [] });
    const body = { call_id: hold.id, reason: 'a bad answer' };
    expect((await admin('POST', ADJUSTMENTS, body)).body.error).toMatchObject({ code: 'forbidden', param: 'password' });
    expect((await admin('POST', ADJUSTMENTS, { ...body, amount_usd: '100.01' })).status).toBe(403);
    const key = { 'idempotency-key': `refund of ${hold.id}` };
    const whole = await admin('POST', ADJUSTMENTS, { ...body, password: TEST_ADMIN.password }, key);
    expect([whole.status, whole.body.amount_usd, whole.body.available_usd]).toEqual([
      201,
      '250.000000000',
      '500.000000000',
    ]);
    // The repetition finds nothing left to refund, and answers all the same.
    const again = await admin('POST', ADJUSTMENTS, { ...body, password: TEST_ADMIN.password }, key);
    expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, whole.body, 'true']);
    expect((await balance()).available_usd).toBe('500.000000000');
  });

  test('an API key moves no money', async () => {
    const { body: key } = await admin('POST', '/api/v1/keys', { name: 'a key', permissions: ['manage', 'read'] });
    expect((await askWith(server.url, key.key)('POST', GRANTS, grantOf())).status).toBe(403);
  });
});

describe('a refund', () => {
  beforeEach(async () => {
    await person.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '10' });
  });

  test('gives a call’s money back, all of it unless an amount is named, and never more', async () => {
    const { id, cost } = await call();
    const part = await admin('POST', ADJUSTMENTS, { call_id: id, amount_usd: '0.000001', reason: 'a bad answer' });
    expect(part.status).toBe(201);
    expect(part.body).toMatchObject({ kind: 'refund', user_id: person.id, call_id: id, amount_usd: '0.000001000' });
    expect(nano(part.body.refund.left_usd)).toBe(cost - 1_000n);
    const rest = await admin('POST', ADJUSTMENTS, { call_id: id, reason: 'the rest too' });
    expect(nano(rest.body.amount_usd)).toBe(cost - 1_000n);
    expect(rest.body.refund).toMatchObject({
      left_usd: '0.000000000',
      expired_usd: '0.000000000',
      from_publisher_usd: '0.000000000',
    });
    const message = `Nothing is left to refund: all of the ${formatUsd(cost)} USD that this call cost has been refunded.`;
    for (const more of [{}, { amount_usd: '0.000001' }]) {
      const { status, body } = await admin('POST', ADJUSTMENTS, { call_id: id, reason: 'once more', ...more });
      expect([status, body.error]).toMatchObject([409, { message, param: 'call_id', left_usd: '0.000000000' }]);
    }
    expect((await balance()).available_usd).toBe('10.000000000');
    expect((await statement()).slice(0, 3).map((row: string[]) => row.slice(0, 2))).toEqual([
      ['refund', 'Refund of a call of openai/gpt-5.5'],
      ['refund', 'Refund of a call of openai/gpt-5.5'],
      ['charge', 'Call of openai/gpt-5.5'],
    ]);
    expect(await audited('money.refund')).toMatchObject({ actor_id: adminId, object: id });
  });

  test('keeps the pages in agreement: what was charged stays spent, what came back is a credit', async () => {
    const { id, cost } = await call();
    await admin('POST', ADJUSTMENTS, { call_id: id, reason: 'a bad answer' });
    const { total_usd, spent_usd, available_usd } = await balance();
    expect([nano(spent_usd), nano(total_usd), nano(available_usd)]).toEqual([
      cost,
      10_000_000_000n + cost,
      10_000_000_000n,
    ]);
    const { by_model, by_kind } = (await person.ask('GET', '/api/v1/balance/summary')).body;
    expect(nano(by_model[0].spent_usd)).toBe(cost);
    expect(by_kind.map((row: { kind: string }) => row.kind)).toEqual(['charge', 'refund', 'top_up']);
  });

  test('50 at the same time: one is booked, and one under a key is repeated', async () => {
    const { id } = await call();
    const body = { call_id: id, reason: 'a bad answer' };
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        admin('POST', ADJUSTMENTS, body, index % 2 ? { 'idempotency-key': `refund ${id}` } : {}),
      ),
    );
    const done = results.filter((result) => result.status === 201);
    expect(new Set(done.map((result) => result.body.id)).size).toBe(1);
    expect(results.filter((result) => result.status === 409)).toHaveLength(50 - done.length);
    expect((await balance()).available_usd).toBe('10.000000000');
  });

  test('of an unknown call is a 404; of one’s own a 403', async () => {
    expect((await admin('POST', ADJUSTMENTS, { call_id: 'req_none', reason: 'a bad answer' })).status).toBe(404);
    const { id } = await call();
    await server.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query('UPDATE holds SET user_id = $2 WHERE id = $1', [id, adminId]);
    });
    expect((await admin('POST', ADJUSTMENTS, { call_id: id, reason: 'a bad answer' })).status).toBe(403);
    await server.database.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query('UPDATE holds SET user_id = $2 WHERE id = $1', [id, person.id]);
    });
  });
});

describe('roles', () => {
  const routes = [
    ['POST', GRANTS],
    ['POST', ADJUSTMENTS],
    ['GET', '/api/v1/admin/commission-rates'],
    ['PUT', '/api/v1/admin/commission-rates'],
    ['GET', '/api/v1/admin/revenue'],
    ['GET', '/api/v1/admin/ledger/accounts'],
    ['GET', '/api/v1/analytics/revenue'],
  ] as const;
  const bodies: Record<string, object> = {
    [GRANTS]: { user_id: 'usr_none', amount_usd: '1', expires_at: '2099-01-01T00:00:00Z', reason: 'none' },
    [ADJUSTMENTS]: { user_id: 'usr_none', amount_usd: '1', reason: 'none' },
    '/api/v1/admin/commission-rates': { scope: 'house', commission_bps: 1, reason: 'none' },
  };

  test.each(['user', 'publisher', 'analyst'])('a %s is refused', async (role) => {
    await server.database.query('UPDATE users SET role = $2 WHERE id = $1', [person.id, role]);
    for (const [method, path] of routes) {
      const body = method === 'GET' ? undefined : bodies[path];
      const { status } = await person.ask(method, path, body);
      const mayRead = role === 'analyst' && path === '/api/v1/analytics/revenue';
      expect([method, path, status]).toEqual([method, path, mayRead ? 200 : 403]);
    }
  });

  test('nobody is a 401', async () => {
    for (const [method, path] of routes)
      expect((await askWith(server.url, null)(method, path, method === 'GET' ? undefined : bodies[path])).status).toBe(
        401,
      );
  });
});
