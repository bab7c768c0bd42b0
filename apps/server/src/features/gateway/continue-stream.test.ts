import { parseUsd } from '@q/contract/money';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { framesOf, textOf } from '../../testing/paid-call-stage.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { startTwoProviders } from '../../testing/two-providers.ts';
import * as good from '../../testing/upstream-behaviours.ts';
import { chunkEvent, finishEvent, openStream, textEvent } from '../../testing/upstream-events.ts';

const FIRST = 'openai/gpt-5.5';
const SECOND = 'mistral/mistral-small-2603';
const THIRD = 'mistral/mistral-medium-2604';
const MESSAGES = [{ role: 'user', content: 'Hello' }];

let stage: Awaited<ReturnType<typeof startTwoProviders>>;
let person: TestPerson;
beforeAll(async () => {
  stage = await startTwoProviders();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  person = await signUpPerson(stage.server.url);
  stage.openai.script(good.answers());
  // Closes the circuits that the test before may have left open.
  stage.mistral.script(good.answers());
  for (const model of [FIRST, SECOND])
    await (await signUpPerson(stage.server.url)).ask('POST', '/v1/chat/completions', { model, messages: MESSAGES });
  stage.openai.script(good.cutsAfter(2));
  stage.mistral.script(good.answers({ pieces: ['and ', 'the rest'] }));
  for (const upstream of [stage.openai, stage.mistral]) upstream.requests.length = 0;
});
afterEach(async () => {
  const { invariants } = await stage.server.app.services.ledger.check();
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
});

const BODY = { models: [FIRST, SECOND], messages: MESSAGES, max_tokens: 50, stream: true, continue_on_error: true };
const send = (more: object = {}, headers?: Record<string, string>) =>
  person.ask('POST', '/v1/chat/completions', { ...BODY, ...more }, headers);
const ask = async (more: object = {}, headers?: Record<string, string>) => {
  const answer = await send(more, headers);
  const frames = framesOf(answer.body);
  const seams = frames.flatMap(({ seam }) => seam ?? []);
  const last = frames.findLast((frame) => frame !== '[DONE]');
  return { ...answer, frames, seams, last, isDone: frames.at(-1) === '[DONE]', text: textOf(frames) };
};
const balance = async () => (await person.ask('GET', '/api/v1/balance')).body;
const receiptOf = async (id: string) => (await person.ask('GET', `/api/v1/receipts/${id}`)).body.receipt;
const charges = async () => (await person.ask('GET', '/api/v1/transactions?kind=charge')).body.total;
const nano = (usd: string) => parseUsd(usd) ?? -1n;

describe('a stream that breaks after it has begun', () => {
  test('ends with an error where nobody asked for more', async () => {
    const { isDone, last, seams, text } = await ask({ continue_on_error: false });
    expect([isDone, text, seams]).toEqual([false, 'piece piece ', []]);
    expect(last.error).toBeDefined();
    expect([stage.mistral.requests.length, await charges()]).toEqual([0, 1]);
  });

  test('is gone on with by the next provider, with a seam that shows, and both parts charged', async () => {
    const { headers, frames, seams, last, isDone, text } = await ask();
    expect([isDone, text]).toEqual([true, 'piece piece and the rest']);
    const [seam, ...more] = seams;
    expect(more).toEqual([]);
    expect(seam).toEqual({
      from: { call_id: headers.get('x-request-id'), model: FIRST, provider: 'openai' },
      to: { call_id: expect.stringMatching(/^req_/), model: SECOND, provider: 'mistral' },
    });
    const at = frames.findIndex((frame) => frame.seam);
    expect(textOf(frames.slice(0, at))).toBe('piece piece ');
    expect(frames[at].choices[0].delta).toEqual({});
    expect([frames[at - 1].provider, frames[at + 1].provider]).toEqual(['openai', 'mistral']);
    const receipts = await Promise.all([seam.from.call_id, seam.to.call_id].map(receiptOf));
    expect(receipts).toMatchObject([
      { model: FIRST, provider: 'openai', outcome: 'upstream_error' },
      { model: SECOND, provider: 'mistral', outcome: 'completed' },
    ]);
    expect(receipts[1].attempts).toMatchObject([
      { provider: 'openai', outcome: `continued from ${seam.from.call_id}` },
      { provider: 'mistral', outcome: 'completed' },
    ]);
    expect(last.parts.map(({ cost_usd }: { cost_usd: string }) => cost_usd)).toEqual(
      receipts.map(({ charged_usd }) => charged_usd),
    );
    expect(nano(last.usage.cost_usd)).toBe(nano(receipts[0].charged_usd) + nano(receipts[1].charged_usd));
    expect(await balance()).toMatchObject({
      spent_usd: last.usage.cost_usd,
      available_usd: last.usage.balance_usd,
      held_usd: '0.000000000',
    });
    expect(await charges()).toBe(2);
    expect(last.usage.prompt_tokens).toBe(receipts[0].usage.input_tokens + receipts[1].usage.input_tokens);
  });

  test('hands on what was said, and what is left of the ceiling', async () => {
    await ask();
    const { messages, max_tokens } = (stage.mistral.requests.at(-1)?.body ?? {}) as {
      messages: object[];
      max_tokens: number;
    };
    expect(messages).toMatchObject([
      MESSAGES[0] as object,
      { role: 'assistant', content: 'piece piece ' },
      { role: 'user', content: expect.stringContaining('exactly where it stops') },
    ]);
    expect(max_tokens).toBe(50 - 3);
  });

  test('goes on more than once, and ends with an error when nobody is left', async () => {
    stage.mistral.script(good.cutsAfter(1), good.answers({ pieces: ['end'] }));
    const whole = await ask({ models: [FIRST, SECOND, THIRD] });
    expect([whole.isDone, whole.text, whole.seams.length, whole.last.parts.length]).toEqual([
      true,
      'piece piece piece end',
      2,
      3,
    ]);
    stage.mistral.script(good.cutsAfter(1));
    const broken = await ask();
    expect([broken.isDone, broken.text, broken.seams.length]).toEqual([false, 'piece piece piece ', 1]);
    expect(broken.last).toMatchObject({ error: {}, parts: [{ provider: 'openai' }, { provider: 'mistral' }] });
    expect((await balance()).held_usd).toBe('0.000000000');
  });

  test('ends as it broke where the next provider does not begin either', async () => {
    stage.mistral.script(good.refuses(500));
    const { isDone, last, seams, text } = await ask();
    expect([isDone, text, seams, last.parts]).toEqual([false, 'piece piece ', [], undefined]);
    expect(last.error.message).not.toContain('Mistral');
    expect(await balance()).toMatchObject({ spent_usd: last.usage.cost_usd, held_usd: '0.000000000' });
    expect(await charges()).toBe(1);
  });

  const CALL = { index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"a":' } };
  test.each([
    ['its finish', textEvent('Hello') + finishEvent()],
    ['a piece of a tool call', chunkEvent({ tool_calls: [CALL] })],
    ['a piece of a refusal', chunkEvent({ refusal: 'I will' })],
  ])('ends as it broke after %s', async (_what, events) => {
    stage.openai.script(async (exchange) => {
      openStream(exchange);
      await exchange.write(events);
      await exchange.wait(20);
      exchange.response.destroy();
    });
    const { isDone } = await ask();
    expect([isDone, stage.mistral.requests.length]).toEqual([false, 0]);
  });

  test('ends as it broke where the ceiling is reached', async () => {
    const { isDone } = await ask({ max_tokens: 3 });
    expect([isDone, stage.mistral.requests.length]).toEqual([false, 0]);
  });

  /** Who said what, in order: text between seams is one. */
  const said = (frames: Awaited<ReturnType<typeof ask>>['frames']) => {
    const pieces: { model: string; provider: string; text: string }[] = [];
    for (const { model, provider, choices = [] } of frames) {
      const text = choices[0]?.delta?.content ?? '';
      const before = pieces.at(-1);
      if (before && before.model === model) before.text += text;
      else if (model !== undefined) pieces.push({ model, provider, text });
    }
    return pieces;
  };

  test('comes again under its key as it came, with who said what, without another charge', async () => {
    const key = { 'idempotency-key': 'k' };
    const first = await ask({}, key);
    const again = await ask({}, key);
    expect([again.text, again.isDone, again.seams]).toEqual([first.text, true, first.seams]);
    expect(said(again.frames)).toEqual(said(first.frames));
    expect(again.last).toEqual({ ...first.last, replayed: true });
    for (const name of ['x-model', 'x-provider', 'x-attempts'])
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect([await charges(), stage.mistral.requests.length]).toEqual([2, 1]);
  });

  test('that broke once more comes again as it broke', async () => {
    stage.mistral.script(good.cutsAfter(1));
    const key = { 'idempotency-key': 'k' };
    const first = await ask({}, key);
    const again = await ask({}, key);
    expect([again.isDone, said(again.frames)]).toEqual([false, said(first.frames)]);
    expect(again.last).toEqual({ ...first.last, replayed: true });
  });
});

test.each([{ n: 2 }, { response_format: { type: 'json_object' } }])(
  '%j cannot be continued and is told so',
  async (more) => {
    const { status, body } = await send(more);
    expect([status, body.error.param]).toEqual([400, 'continue_on_error']);
    expect(stage.openai.requests).toHaveLength(0);
  },
);
