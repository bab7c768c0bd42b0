import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Behaviour, createFakeUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { framesOf, textOf } from '../../testing/paid-call-stage.ts';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import * as good from '../../testing/upstream-behaviours.ts';
import { ANTHROPIC_FORMAT, answersIn } from '../../testing/upstream-formats.ts';
import * as bad from '../../testing/upstream-misbehaviours.ts';

const FIRST = 'openai/gpt-5.5';
const SECOND = 'mistral/mistral-small-2603';
const KEYS = ['sk-pool-key-number-1', 'sk-pool-key-number-2'];
const BODY = { models: [FIRST, SECOND], messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 };

let openai: FakeUpstream;
let mistral: FakeUpstream;
let server: Awaited<ReturnType<typeof startTestServer>>;
let person: TestPerson;
beforeAll(async () => {
  [openai, mistral] = await Promise.all([createFakeUpstream(), createFakeUpstream()]);
  server = await startServer();
});
afterAll(async () => {
  await server?.close();
  await Promise.all([openai?.close(), mistral?.close()]);
});
beforeEach(async () => {
  openai.script(good.answers());
  mistral.script(good.answers());
  for (const upstream of [openai, mistral]) upstream.requests.length = 0;
  person = await signUpPerson(server.url);
});
afterEach(async () => {
  const { invariants } = await server.app.services.ledger.check();
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
});

const startServer = (pool = KEYS.join(',')) =>
  startTestServer({
    OPENAI_API_KEY: pool,
    OPENAI_BASE_URL: openai.url,
    MISTRAL_API_KEY: 'sk-mistral-0123456789',
    MISTRAL_BASE_URL: mistral.url,
  });

/** A server of its own: what it knows of its providers is nobody else's. */
async function onFreshServer(work: (ask: TestPerson['ask']) => Promise<void>, pool?: string): Promise<void> {
  const fresh = await startServer(pool);
  try {
    await work((await signUpPerson(fresh.url)).ask);
  } finally {
    await fresh.close();
  }
}

const ask = (more: object = {}) => person.ask('POST', '/v1/chat/completions', { ...BODY, ...more });
/** Closes the circuit that the test before may have left open. */
async function wellAgain(): Promise<void> {
  const other = await signUpPerson(server.url);
  await other.ask('POST', '/v1/chat/completions', { ...BODY, models: [FIRST] });
  openai.requests.length = 0;
}

const spent = async () => (await person.ask('GET', '/api/v1/balance')).body.spent_usd;
const receiptOf = async (headers: Headers) =>
  (await person.ask('GET', `/api/v1/receipts/${headers.get('x-request-id')}`)).body.receipt;
const keysSeen = () => openai.requests.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

/** Everything that can go wrong before the first token. */
const FAILURES: [string, Behaviour][] = [
  ['500', good.refuses(500)],
  ['503', good.refuses(503)],
  ['529', good.refuses(529)],
  ['429 without a time', good.isBusy()],
  ['429 for an hour', good.isBusy('3600')],
  ['no quota left', good.hasNoQuota()],
  ['a refused key', good.refuses(401)],
  ['a forbidden model', good.refuses(403)],
  ['a model it does not know', good.refuses(404)],
  ['a closed connection', good.hangsUp()],
  ['an error with a good status', good.failsWithGoodStatus()],
  ['a page', good.answersWithPage()],
  ['nothing', good.answersWithNothing()],
  ['an error as its first event', bad.failsFirst()],
  ['the end mark only', bad.sendsEndMarkOnly()],
  ['comments only', bad.sendsCommentsOnly()],
];

describe.each(FAILURES)('a provider that answers with %s', (_what, behaviour) => {
  test.each([false, true])('is followed by the next: one good answer, one charge (stream: %s)', async (stream) => {
    await wellAgain();
    openai.script(behaviour);
    const { status, headers, body } = await ask({ stream });
    expect(status).toBe(200);
    const usage = stream ? framesOf(body).at(-2)?.usage : body.usage;
    expect(stream ? textOf(framesOf(body)) : body.choices[0].message.content).toBe('Hello, world!');
    expect([headers.get('x-model'), headers.get('x-provider')]).toEqual([SECOND, 'mistral']);
    expect(Number(headers.get('x-attempts'))).toBe(openai.requests.length + 1);
    expect(mistral.requests).toHaveLength(1);
    // Of a stream this provider tells no usage unless it is asked: what came is counted.
    expect(usage.cost_usd).toBe(stream ? '0.000004715' : '0.000005572');
    expect(await spent()).toBe(usage.cost_usd);
    const receipt = await receiptOf(headers);
    expect(receipt).toMatchObject({ model: SECOND, provider: 'mistral', charged_usd: usage.cost_usd });
    expect(receipt.attempts.at(-1)).toMatchObject({ provider: 'mistral', outcome: 'completed' });
    expect(receipt.attempts.length).toBe(openai.requests.length + 1);
  });
});

describe('a call that only one provider can serve', () => {
  const one = { models: [FIRST] };

  test('is tried again when the provider was broken for a moment', async () => {
    openai.script(good.refuses(500), good.hangsUp(), good.answers());
    const { status, headers } = await ask(one);
    expect([status, headers.get('x-attempts'), openai.requests.length]).toEqual([200, '3', 3]);
    expect((await receiptOf(headers)).attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'upstream_error',
      'upstream_error',
      'completed',
    ]);
  });

  test('waits as long as the provider asks, when that is short', async () => {
    await onFreshServer(async (askFresh) => {
      openai.script(good.isBusy('1'), good.isBusy('1'), good.answers());
      const startedAt = performance.now();
      const { status } = await askFresh('POST', '/v1/chat/completions', { ...BODY, ...one });
      expect(status).toBe(200);
      expect(performance.now() - startedAt).toBeGreaterThan(950);
    });
  });

  test('is an error at once when the wait would be long, and nothing is charged', async () => {
    await onFreshServer(async (askFresh) => {
      openai.script(good.isBusy('40'));
      const { status, body, headers } = await askFresh('POST', '/v1/chat/completions', { ...BODY, ...one });
      expect([status, body.error.code, headers.get('retry-after')]).toEqual([503, 'upstream_unavailable', '40']);
      expect(openai.requests).toHaveLength(KEYS.length);
      expect((await askFresh('GET', '/api/v1/balance')).body).toMatchObject({
        spent_usd: '0.000000000',
        held_usd: '0.000000000',
      });
    });
  });

  test('is not tried again for the caller’s own mistake', async () => {
    openai.script(good.refuses(400, 'bad tools'));
    expect((await ask(one)).status).toBe(400);
    expect(openai.requests).toHaveLength(1);
  });
});

describe('a pool of keys', () => {
  test('takes the other key at once when one is busy or refused, and leaves it alone for a while', async () => {
    await onFreshServer(async (askFresh) => {
      openai.script((exchange) => {
        const isSecond = exchange.request.headers.authorization === `Bearer ${KEYS[1]}`;
        return (isSecond ? good.answers() : good.isBusy('30'))(exchange);
      });
      for (let n = 0; n < 4; n += 1)
        expect((await askFresh('POST', '/v1/chat/completions', { ...BODY, models: [FIRST] })).status).toBe(200);
    });
    expect(keysSeen()).toEqual([KEYS[0], KEYS[1], KEYS[1], KEYS[1], KEYS[1]]);
  });

  test('spreads calls by the weights of its keys', async () => {
    await onFreshServer(async (askFresh) => {
      for (let n = 0; n < 8; n += 1) await askFresh('POST', '/v1/chat/completions', { ...BODY, models: [FIRST] });
    }, `${KEYS[0]};weight=3,${KEYS[1]}`);
    expect(keysSeen().filter((key) => key === KEYS[0])).toHaveLength(6);
    expect(keysSeen().filter((key) => key === KEYS[1])).toHaveLength(2);
  });
});

describe('a provider that failed often', () => {
  test('is tried after the others until it is well again', async () => {
    await onFreshServer(async (askFresh) => {
      openai.script(good.refuses(500));
      for (let n = 0; n < 8; n += 1) await askFresh('POST', '/v1/chat/completions', BODY);
      expect(openai.requests).toHaveLength(5);
      expect(mistral.requests).toHaveLength(8);
      mistral.script(good.refuses(500));
      openai.script(good.answers());
      const { status, headers } = await askFresh('POST', '/v1/chat/completions', BODY);
      expect([status, headers.get('x-provider')]).toEqual([200, 'openai']);
    });
  });
});

describe('the order of a route', () => {
  test('is that of models, which may stand in for model', async () => {
    expect((await ask()).headers.get('x-model')).toBe(FIRST);
    expect((await ask({ models: [SECOND, FIRST] })).headers.get('x-model')).toBe(SECOND);
    expect((await ask({ model: SECOND })).headers.get('x-model')).toBe(SECOND);
  });

  test('passes over models that cannot be called, or cannot do what is asked', async () => {
    expect((await ask({ models: ['openai/gpt-4', 'nobody/nothing', FIRST] })).headers.get('x-model')).toBe(FIRST);
    const retired = await ask({ models: ['openai/gpt-4', 'nobody/nothing'] });
    expect([retired.status, retired.body.error.code]).toEqual([410, 'model_retired']);
  });

  test('goes by price when asked, and to no provider that is not wanted', async () => {
    expect((await ask({ provider: { sort: 'price' } })).headers.get('x-provider')).toBe('mistral');
    expect((await ask({ provider: { ignore: ['openai'] } })).headers.get('x-provider')).toBe('mistral');
    expect((await ask({ provider: { only: ['mistral'] } })).headers.get('x-provider')).toBe('mistral');
    const nobody = await ask({ provider: { only: ['google'] } });
    expect([nobody.status, nobody.body.error.param]).toEqual([400, 'provider']);
    expect(openai.requests).toHaveLength(0);
  });

  test('goes by measured speed when asked; what was never measured comes last', async () => {
    const sorted = (sort: string) =>
      ask({ provider: { sort }, stream: true }).then(({ headers }) => headers.get('x-provider'));
    await onFreshServer(async (askFresh) => {
      openai.script(good.answers({ delayMs: 40 }));
      for (const model of [FIRST, SECOND])
        await askFresh('POST', '/v1/chat/completions', { ...BODY, models: [model], stream: true });
      const { headers } = await askFresh('POST', '/v1/chat/completions', {
        ...BODY,
        stream: true,
        provider: { sort: 'latency' },
      });
      expect(headers.get('x-provider')).toBe('mistral');
    });
    openai.script(good.answers());
    expect(await sorted('throughput')).not.toBeNull();
  });
});

describe('money', () => {
  test('a dearer stand-in is held for, and one that the balance cannot bear is passed over', async () => {
    const poor = await signUpPerson(server.url, 0);
    const { body: session } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    await askWith(server.url, session.access_token)('POST', '/api/v1/admin/adjustments', {
      user_id: poor.id,
      amount_usd: '0.001',
      reason: 'for this test',
    });
    mistral.script(good.refuses(500));
    const cheapFirst = { ...BODY, models: [SECOND, FIRST], max_tokens: 200 };
    const { status, body } = await poor.ask('POST', '/v1/chat/completions', cheapFirst);
    expect([status, body.error.code]).toEqual([502, 'upstream_error']);
    expect(openai.requests).toHaveLength(0);
    expect((await poor.ask('GET', '/api/v1/balance')).body).toMatchObject({
      held_usd: '0.000000000',
      spent_usd: '0.000000000',
    });
  });

  test('an answer that broke after it began is not begun again elsewhere, and says so', async () => {
    openai.script(good.cutsAfter(3));
    const { status, body, headers } = await ask({ stream: true });
    expect([status, headers.get('x-provider')]).toEqual([200, 'openai']);
    expect(body).not.toContain('[DONE]');
    expect(framesOf(body).at(-1)?.error).toMatchObject({ code: 'upstream_error' });
    expect(mistral.requests).toHaveLength(0);
  });
});

describe('parameters that a provider cannot serve', () => {
  const anthropic = { models: ['anthropic/claude-haiku-4-5'], seed: 7, frequency_penalty: 1, temperature: 0.5 };

  test('are refused by name, and left out when the caller says so', async () => {
    const upstream = await createFakeUpstream();
    const other = await startTestServer({ ANTHROPIC_API_KEY: 'sk-ant-0123456789', ANTHROPIC_BASE_URL: upstream.url });
    upstream.script(answersIn(ANTHROPIC_FORMAT));
    const { ask: askOther } = await signUpPerson(other.url);
    const refused = await askOther('POST', '/v1/chat/completions', { ...BODY, ...anthropic });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalid_request']);
    expect(['seed', 'frequency_penalty']).toContain(refused.body.error.param);
    for (const stream of [false, true]) {
      const { status, headers } = await askOther('POST', '/v1/chat/completions', {
        ...BODY,
        ...anthropic,
        stream,
        drop_params: true,
      });
      expect([status, headers.get('x-dropped-params')?.split(', ').sort()]).toEqual([
        200,
        ['frequency_penalty', 'seed'],
      ]);
    }
    expect(upstream.requests).toHaveLength(2);
    expect(upstream.requests[0]?.body).toMatchObject({ temperature: 0.5 });
    await other.close();
    await upstream.close();
  });
});
