import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callsTwoTools } from '../../testing/messages-stage.ts';
import { createPaidCallStage, LONG_PIECES, type PaidCallStage } from '../../testing/paid-call-stage.ts';
import { eventsOf, type ResponseEvents, textOf } from '../../testing/response-events.ts';
import { answers, cutsAfter, refuses } from '../../testing/upstream-behaviours.ts';

const BODY = { model: 'openai/gpt-5.5', input: 'Hello' };
const TOOLS = [{ type: 'function', name: 'weather', parameters: { type: 'object' } }];

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

describe('under an Idempotency-Key', () => {
  const once = (more: object = {}) =>
    stage.ask('POST', '/v1/responses', { ...BODY, ...more }, { 'idempotency-key': 'k' });

  test('a plain answer comes again byte by byte and is charged once', async () => {
    const first = await once({ instructions: 'x'.repeat(80_000) });
    const before = stage.upstream.requests.length;
    const again = await once({ instructions: 'x'.repeat(80_000) });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('x-cost-usd')).toBe(first.headers.get('x-cost-usd'));
    expect(stage.upstream.requests).toHaveLength(before);
    expect(await stage.spent()).toBe(first.body.usage.cost_usd);
  });

  test('a stream comes again with its items, its usage and its end, and is charged once', async () => {
    stage.upstream.script(callsTwoTools);
    const first = eventsOf((await once({ stream: true, tools: TOOLS })).body);
    const paid = await stage.spent();
    const again = await once({ stream: true, tools: TOOLS });
    const events = eventsOf(again.body);
    const without = ({ sequence_number: _, ...event }: ResponseEvents[number]) => event;
    const ofType = (list: ResponseEvents, type: string) => list.filter((event) => event.type === type).map(without);
    for (const type of ['created', 'output_item.added', 'output_item.done', 'completed'])
      expect(ofType(events, `response.${type}`)).toEqual(ofType(first, `response.${type}`));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await stage.spent()).toBe(paid);
  });

  test('a stream that was cut fails again', async () => {
    stage.upstream.script(cutsAfter(2));
    const first = eventsOf((await once({ stream: true })).body);
    const paid = await stage.spent();
    const again = eventsOf((await once({ stream: true })).body);
    expect(textOf(again)).toBe(textOf(first));
    expect(again.at(-2).response).toEqual(first.at(-2).response);
    expect(again.at(-1).error).toEqual(first.at(-1).error);
    expect(await stage.spent()).toBe(paid);
  });

  test('an answer too long to be kept is told its cost and receipt, and not charged again', async () => {
    stage.upstream.script(answers({ pieces: LONG_PIECES }));
    await once({ stream: true, max_output_tokens: 60_000 });
    const paid = await stage.spent();
    const again = await once({ stream: true, max_output_tokens: 60_000 });
    expect([again.status, again.body.error]).toMatchObject([409, { code: 'conflict', cost_usd: paid }]);
    expect(await stage.spent()).toBe(paid);
  });

  test('another request is 422, and one that cost nothing leaves the key free', async () => {
    stage.upstream.script(refuses(500, 'broken'));
    expect((await once()).status).toBe(502);
    stage.upstream.script(answers());
    expect((await once()).status).toBe(200);
    expect((await once({ max_output_tokens: 7 })).status).toBe(422);
  });
});
