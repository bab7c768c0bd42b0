import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  callsTwoTools,
  createMessagesStage,
  type MessagesStage,
  messageEventsOf,
  messageTextOf,
  WEATHER_TOOLS,
} from '../../testing/messages-stage.ts';
import { LONG_PIECES } from '../../testing/paid-call-stage.ts';
import { answers, cutsAfter, refuses } from '../../testing/upstream-behaviours.ts';

let stage: MessagesStage;
beforeAll(async () => {
  stage = await createMessagesStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

describe('under an Idempotency-Key', () => {
  const once = (more: object = {}) => stage.send(more, { 'idempotency-key': 'k' });

  test('a plain answer comes again byte by byte and is charged once', async () => {
    const first = await once();
    const before = stage.openai.requests.length;
    const again = await once();
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('x-cost-usd')).toBe(first.headers.get('x-cost-usd'));
    expect(stage.openai.requests).toHaveLength(before);
    expect(await stage.spent()).toBe(first.body.usage.cost_usd);
  });

  test('a stream comes again with its blocks, its usage and its end, and is charged once', async () => {
    stage.openai.script(callsTwoTools);
    const first = messageEventsOf((await once({ stream: true, tools: WEATHER_TOOLS })).body);
    const paid = await stage.spent();
    const again = await once({ stream: true, tools: WEATHER_TOOLS });
    const events = messageEventsOf(again.body);
    const ofType = (list: typeof first, type: string) => list.filter((event) => event.type === type);
    for (const type of ['content_block_start', 'content_block_stop', 'message_delta', 'message_stop'])
      expect(ofType(events, type)).toEqual(ofType(first, type));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await stage.spent()).toBe(paid);
  });

  test('a stream that was cut ends with its error again', async () => {
    stage.openai.script(cutsAfter(2));
    const first = messageEventsOf((await once({ stream: true })).body);
    const paid = await stage.spent();
    const again = messageEventsOf((await once({ stream: true })).body);
    expect(messageTextOf(again)).toBe(messageTextOf(first));
    expect(again.at(-1)).toEqual(first.at(-1));
    expect(await stage.spent()).toBe(paid);
  });

  test('an answer that was charged and is an error is the same error again', async () => {
    stage.openai.script(answers({ finishReason: 'error' }));
    const first = await once();
    const again = await once();
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(again.headers.get('x-should-retry')).toBe('false');
    expect(await stage.spent()).toBe(first.headers.get('x-cost-usd'));
  });

  test('a stream too long to be kept is told its cost and receipt, and not charged again', async () => {
    stage.openai.script(answers({ pieces: LONG_PIECES }));
    await once({ stream: true, max_tokens: 60_000 });
    const paid = await stage.spent();
    const again = await once({ stream: true, max_tokens: 60_000 });
    expect([again.status, again.body.error]).toMatchObject([
      409,
      { type: 'conflict_error', details: { cost_usd: paid } },
    ]);
    expect(await stage.spent()).toBe(paid);
  });

  test('another request is 422, and one that cost nothing leaves the key free', async () => {
    stage.openai.script(refuses(500, 'broken'));
    expect((await once()).status).toBe(500);
    stage.openai.script(answers());
    expect((await once()).status).toBe(200);
    const other = await once({ max_tokens: 7 });
    expect([other.status, other.body.error.type]).toEqual([422, 'invalid_request_error']);
  });
});
