import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPaidCallStage, LONG_PIECES, type PaidCallStage, STAGE_MODEL } from '../../testing/paid-call-stage.ts';
import { answers, gate, hangsUp, isBusy } from '../../testing/upstream-behaviours.ts';

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

/** As if the calls had ended at another time; the books are right again only once they are shifted back. */
const shiftEnds = (by: string) =>
  stage.first.database.query(
    `ALTER TABLE hold_resolutions DISABLE TRIGGER hold_resolutions_append_only;
     UPDATE hold_resolutions SET resolved_at = resolved_at + interval '${by}';
     ALTER TABLE hold_resolutions ENABLE TRIGGER hold_resolutions_append_only`,
  );

describe.each(['/v1/chat/completions', '/api/v1/chat'] as const)('POST %s, repeated under one key', (path) => {
  const isTurn = path === '/api/v1/chat';
  test('is carried out and charged once, and answers the same bytes, with the money as it was', async () => {
    const first = await stage.post(path, 'k');
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([200, null]);
    await stage.post(path, 'another');
    for (const { url } of [stage.first, stage.second]) {
      const again = await stage.post(path, 'k', {}, { url });
      expect(again.status).toBe(200);
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      for (const name of ['x-cost-usd', 'x-balance-usd', 'x-model', 'x-provider', 'content-type'])
        expect(again.headers.get(name)).toBe(first.headers.get(name));
      expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    }
    expect(await stage.charges()).toBe(2);
  });

  test('50 times at once on two servers: one upstream call, one charge, the others replayed or 409', async () => {
    let answered: Awaited<ReturnType<typeof stage.post>>[] = [];
    const reached = await stage.reached(async () => {
      answered = await Promise.all(
        Array.from({ length: 50 }, (_, index) => stage.post(path, 'k', {}, stage.inTurn(index))),
      );
    });
    expect(reached).toBe(1);
    expect(await stage.charges()).toBe(1);
    const fresh = answered.filter(({ status, headers }) => status === 200 && !headers.has('idempotent-replayed'));
    expect(fresh).toHaveLength(1);
    for (const { status, headers, body } of answered) {
      if (status === 409) expect([body.error.code, headers.get('retry-after')]).toEqual(['conflict', '1']);
      else expect(JSON.stringify(body)).toBe(JSON.stringify(fresh[0]?.body));
    }
    expect((await stage.post(path, 'k')).headers.get('idempotent-replayed')).toBe('true');
  });

  test('while the first is running is 409, and the answer later', async () => {
    const open = gate(answers(), isTurn ? ['Hello, ', 'world!'] : []);
    stage.upstream.script(open.behaviour);
    let first: ReturnType<typeof stage.post> | undefined;
    const reached = await stage.reached(async () => {
      const before = stage.upstream.requests.length;
      first = stage.post(path, 'k');
      await expect.poll(() => stage.upstream.requests.length).toBe(before + 1);
      const running = await stage.post(path, 'k', {}, stage.second);
      expect([running.status, running.body.error.code, running.headers.get('retry-after')]).toEqual([
        409,
        'conflict',
        '1',
      ]);
      open.release();
      await first;
    });
    expect(reached).toBe(1);
    expect((await stage.post(path, 'k')).body).toEqual((await first!).body);
  });

  test('with another body is 422, and changes nothing', async () => {
    await stage.post(path, 'k');
    const other = await stage.post(path, 'k', isTurn ? { message: 'Bye' } : { max_tokens: 5 });
    expect([other.status, other.body.error.code]).toEqual([422, 'unprocessable']);
    expect(await stage.charges()).toBe(1);
  });

  test.each([
    ['a validation error', 400, isTurn ? { message: 5 } : { max_tokens: -1 }, answers()],
    ['a model nobody has', 404, isTurn ? { model_id: 'nobody/nothing' } : { model: 'nobody/nothing' }, answers()],
    ['a busy provider', 503, {}, isBusy('2')],
    ['a provider that hangs up', 502, {}, hangsUp()],
  ])('after %s (%i) finds its key free', async (_, status, more, behaviour) => {
    stage.upstream.script(behaviour);
    expect((await stage.post(path, 'k', more)).status).toBe(status);
    stage.upstream.script(answers());
    const done = await stage.post(path, 'k');
    expect([done.status, done.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect(await stage.charges()).toBe(1);
  });

  test('after a 402 finds its key free once there is money', async () => {
    await stage.reset(0);
    expect((await stage.post(path, 'k')).status).toBe(402);
    await stage.ask('POST', '/api/v1/balance/top-ups', { amount_usd: '5' });
    expect((await stage.post(path, 'k')).status).toBe(200);
  });

  test('by another API key of the same person is the same request; by another person a new one', async () => {
    const first = await stage.post(path, 'k');
    const { body } = await stage.ask('POST', '/api/v1/keys', { name: 'k', permissions: ['inference'] });
    const again = await stage.post(path, 'k', {}, { bearer: body.key });
    expect(again.body).toEqual(first.body);
    await stage.reset();
    expect((await stage.post(path, 'k')).headers.has('idempotent-replayed')).toBe(false);
  });

  test.each([256, 0])('with a key of %i characters is 400', async (length) => {
    expect((await stage.post(path, 'k'.repeat(length))).status).toBe(400);
  });

  test('whose answer was too long to be kept is told its cost and its receipt, and is not charged again', async () => {
    stage.upstream.script(answers({ pieces: LONG_PIECES }));
    const first = await stage.post(path, 'k');
    expect(first.status).toBe(200);
    const again = await stage.post(path, 'k');
    expect([again.status, again.body.error]).toMatchObject([
      409,
      { code: 'conflict', call_id: await stage.callId(), cost_usd: first.headers.get('x-cost-usd') },
    ]);
    expect((await stage.ask('GET', again.body.error.receipt)).status).toBe(200);
    expect(await stage.charges()).toBe(1);
  });

  test('after its answer was lost in a crash is told what it cost, and is not charged again', async () => {
    // A process that dies between the charge and the answer leaves what a refused write leaves.
    await stage.first.database.query(
      `CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'lost'; END $$;
       CREATE TRIGGER lose BEFORE UPDATE OF status ON idempotency_keys FOR EACH ROW WHEN (NEW.status IS NOT NULL) EXECUTE FUNCTION lose()`,
    );
    try {
      const first = await stage.post(path, 'k');
      expect(first.status).toBe(200);
      const soon = await stage.post(path, 'k');
      expect([soon.status, soon.headers.get('retry-after')]).toEqual([409, '1']);
      await shiftEnds('-11 seconds');
      const again = await stage.post(path, 'k', {}, stage.second);
      await shiftEnds('11 seconds');
      const id = await stage.callId();
      expect([again.status, again.body.error]).toMatchObject([
        409,
        { code: 'conflict', call_id: id, cost_usd: await stage.spent(), receipt: `/api/v1/receipts/${id}` },
      ]);
      expect(again.body.error.message).toContain('its answer is lost');
      expect(again.headers.has('retry-after')).toBe(false);
      expect((await stage.ask('GET', again.body.error.receipt)).status).toBe(200);
      expect(await stage.charges()).toBe(1);
    } finally {
      await stage.first.database.query('DROP FUNCTION lose CASCADE');
    }
  });
});

describe('a call whose key was taken over before it went upstream', () => {
  test.each([false, true])('is stopped: 409, its hold freed, nothing upstream (stream: %s)', async (stream) => {
    const taken = new Error('taken over');
    const reached = await stage.reached(async () => {
      const call = {
        id: `req_${stage.person().id}`,
        caller: { userId: stage.person().id, apiKey: null },
        request: { model: STAGE_MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] },
        stream,
        signal: new AbortController().signal,
        clamp: true,
        confirm: () => Promise.reject(taken),
      };
      const { gateway } = stage.first.app.services;
      await expect(stream ? gateway.stream(call) : gateway.complete(call)).rejects.toBe(taken);
    });
    expect(reached).toBe(0);
    expect((await stage.ask('GET', '/api/v1/balance')).body).toMatchObject({
      held_usd: '0.000000000',
      spent_usd: '0.000000000',
    });
  });
});

test('the OpenAPI document names the header where it counts', async () => {
  const document = (await (await fetch(`${stage.first.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
  };
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === 'idempotency-key'))
      .map(([method]) => `${method} ${path}`),
  );
  expect(named).toEqual(
    expect.arrayContaining([
      'post /v1/chat/completions',
      'post /api/v1/chat',
      'post /api/v1/balance/top-ups',
      'post /api/v1/keys',
      'put /api/v1/keys/{id}/rotate',
    ]),
  );
});
