import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createPaidCallStage,
  framesOf,
  LONG_PIECES,
  type PaidCallStage,
  STAGE_MODEL,
  textOf,
} from '../../testing/paid-call-stage.ts';
import { answers, cutsAfter, gate } from '../../testing/upstream-behaviours.ts';
import { finishEvent, streamsText } from '../../testing/upstream-events.ts';

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

const complete = (key: string, more: object = {}, from: { url?: string } = {}) =>
  stage.post('/v1/chat/completions', key, more, from);

/** Opens a stream, reads its first bytes, and goes. */
async function leaveStream(key: string): Promise<void> {
  const open = gate(answers(), ['Once ', 'upon ']);
  stage.upstream.script(open.behaviour);
  const controller = new AbortController();
  const response = await fetch(`${stage.first.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stage.person().token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ model: STAGE_MODEL, messages: [{ role: 'user', content: 'Hello' }], stream: true }),
    signal: controller.signal,
  });
  const reader = response.body!.getReader();
  for (let text = ''; !text.includes('upon'); ) text += Buffer.from((await reader.read()).value ?? []).toString();
  controller.abort();
  await expect.poll(() => stage.upstream.requests.at(-1)?.isAborted).toBe(true);
  await expect.poll(async () => (await stage.ask('GET', '/api/v1/balance')).body.held_usd).toBe('0.000000000');
}

describe('a stream, repeated under one key', () => {
  test('is the kept text in one chunk, its finish, and the usage and cost of the first time', async () => {
    const first = framesOf((await complete('k', { stream: true })).body);
    let list: ReturnType<typeof framesOf> = [];
    const reached = await stage.reached(async () => {
      const again = await complete('k', { stream: true }, stage.second);
      expect(again.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('x-cost-usd')).toBe(await stage.spent());
      list = framesOf(again.body);
    });
    expect(reached).toBe(0);
    expect(list).toHaveLength(4);
    expect(textOf(list)).toBe('Hello, world!');
    expect(list[0].choices[0].delta.role).toBe('assistant');
    expect(list[1].choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(list[2]).toEqual({ ...first.at(-2), replayed: true });
    expect(list[3]).toBe('[DONE]');
    expect(await stage.charges()).toBe(1);
  });

  test('50 times at once on two servers: one upstream call, one charge', async () => {
    let all: Awaited<ReturnType<typeof complete>>[] = [];
    const reached = await stage.reached(async () => {
      all = await Promise.all(
        Array.from({ length: 50 }, (_, index) => complete('k', { stream: true }, stage.inTurn(index))),
      );
    });
    expect(reached).toBe(1);
    expect(await stage.charges()).toBe(1);
    expect(all.filter(({ status, headers }) => status === 200 && !headers.has('idempotent-replayed'))).toHaveLength(1);
    for (const { status, body } of all)
      if (status !== 409) expect([status, textOf(framesOf(body))]).toEqual([200, 'Hello, world!']);
  });

  test('brings tool calls back whole', async () => {
    const piece = (tool: object) =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [tool] }, finish_reason: null }] })}\n\n`;
    const finish = `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })}\n\n`;
    stage.upstream.script(
      streamsText(
        piece({ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a"' } }) +
          piece({ index: 0, function: { arguments: ':1}' } }) +
          piece({ index: 1, id: 'call_2', type: 'function', function: { name: 'go', arguments: '{}' } }) +
          finish +
          'data: [DONE]\n\n',
      ),
    );
    await complete('k', { stream: true });
    const list = framesOf((await complete('k', { stream: true })).body);
    expect(list[0].choices[0].delta.tool_calls).toEqual([
      { index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
      { index: 1, id: 'call_2', type: 'function', function: { name: 'go', arguments: '{}' } },
    ]);
    expect(list[1].choices[0].finish_reason).toBe('tool_calls');
  });

  test('that the provider cut after it had begun ends with its error and its cost again, uncharged', async () => {
    stage.upstream.script(cutsAfter(2));
    const first = framesOf((await complete('k', { stream: true })).body);
    stage.upstream.script(answers());
    const list = framesOf((await complete('k', { stream: true })).body);
    expect(textOf(list)).toBe(textOf(first));
    expect(list.at(-1)).toEqual({ ...first.at(-1), replayed: true });
    expect(list).not.toContain('[DONE]');
    expect(await stage.charges()).toBe(1);
  });

  test('that broke before any output was not charged, and its key is free', async () => {
    stage.upstream.script(streamsText(`${finishEvent()}data: {"error":{"message":"broken"}}\n\n`));
    const broken = await complete('k', { stream: true });
    expect([broken.status, framesOf(broken.body).at(-1).error.code]).toEqual([200, 'upstream_error']);
    expect(await stage.spent()).toBe('0.000000000');
    stage.upstream.script(answers());
    const done = await complete('k', { stream: true });
    expect([textOf(framesOf(done.body)), done.headers.has('idempotent-replayed')]).toEqual(['Hello, world!', false]);
  });

  test('that its client left gives what had been delivered and charged, marked as cut', async () => {
    await leaveStream('k');
    const cost = await stage.spent();
    expect(cost).not.toBe('0.000000000');
    const reached = await stage.reached(async () => {
      await expect.poll(async () => (await complete('k', { stream: true })).status).toBe(200);
      const list = framesOf((await complete('k', { stream: true }, stage.second)).body);
      expect(textOf(list)).toBe('Once upon ');
      expect(list.at(-3).choices[0].finish_reason).toBe('length');
      expect(list.at(-2)).toMatchObject({ outcome: 'client_gone', replayed: true, usage: { cost_usd: cost } });
    });
    expect(reached).toBe(0);
    expect(await stage.spent()).toBe(cost);
  });

  test('that was too long to be kept gives its facts without the text', async () => {
    stage.upstream.script(answers({ pieces: LONG_PIECES }));
    const first = framesOf((await complete('k', { stream: true })).body);
    const list = framesOf((await complete('k', { stream: true })).body);
    expect(list).toEqual([{ ...first.at(-2), replayed: true, answer_kept: false }, '[DONE]']);
  });

  test('is another request than the same without a stream', async () => {
    await complete('k', { stream: true });
    expect((await complete('k')).status).toBe(422);
  });
});
