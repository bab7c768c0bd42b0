import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Behaviour } from '../../testing/fake-upstream.ts';
import { framesOf, textOf } from '../../testing/paid-call-stage.ts';
import { signUpPerson, type TestPerson } from '../../testing/test-person.ts';
import { startTwoProviders } from '../../testing/two-providers.ts';
import { answers, cutsAfter, gate } from '../../testing/upstream-behaviours.ts';
import { openStream, usageEvent } from '../../testing/upstream-events.ts';

const FIRST = 'openai/gpt-5.5';
const SECOND = 'mistral/mistral-small-2603';
const BODY = {
  models: [FIRST, SECOND],
  messages: [{ role: 'user', content: 'Hello' }],
  max_tokens: 50,
  stream: true,
  continue_on_error: true,
};

let stage: Awaited<ReturnType<typeof startTwoProviders>>;
let person: TestPerson;
beforeAll(async () => {
  stage = await startTwoProviders();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  stage.openai.script(answers());
  stage.mistral.script(answers());
  // Closes the circuits that the test before may have left open.
  const other = await signUpPerson(stage.server.url);
  for (const model of [FIRST, SECOND]) await other.ask('POST', '/v1/chat/completions', { ...BODY, models: [model] });
  person = await signUpPerson(stage.server.url);
  for (const upstream of [stage.openai, stage.mistral]) upstream.requests.length = 0;
});
afterEach(async () => {
  const { invariants } = await stage.server.app.services.ledger.check();
  expect(invariants.filter(({ ok }) => !ok)).toEqual([]);
});

/** Tells the input and breaks: as a provider that is overloaded once it has begun. */
const breaksBeforeOutput: Behaviour = async (exchange) => {
  openStream(exchange);
  await exchange.write(usageEvent({ prompt_tokens: 10, completion_tokens: 0 }));
  await exchange.wait(20);
  exchange.response.destroy();
};

const send = () => person.ask('POST', '/v1/chat/completions', BODY, { 'idempotency-key': 'k' });
const charged = async () => (await person.ask('GET', '/api/v1/transactions?kind=charge')).body.total;
/** As if the calls had ended at another time; the books are right again only once they are shifted back. */
const shiftEnds = (by: string) =>
  stage.server.database.query(
    `ALTER TABLE hold_resolutions DISABLE TRIGGER hold_resolutions_append_only;
     UPDATE hold_resolutions SET resolved_at = resolved_at + interval '${by}';
     ALTER TABLE hold_resolutions ENABLE TRIGGER hold_resolutions_append_only`,
  );

/** Sends it again so long after the ends that none of them is a moment ago. */
async function sendLater() {
  await shiftEnds('-11 seconds');
  try {
    return await send();
  } finally {
    await shiftEnds('11 seconds');
  }
}

describe('a stream that another provider goes on with, repeated under its key', () => {
  test.each<[string, Behaviour, string, number]>([
    ['broke before any output', breaksBeforeOutput, 'and the rest', 1],
    ['broke after some', cutsAfter(2), 'piece piece and the rest', 2],
  ])('is still running for as long as that takes, when it %s', async (_how, breaks, text, charges) => {
    const open = gate(answers({ pieces: ['and ', 'the rest'] }));
    stage.openai.script(breaks);
    stage.mistral.script(open.behaviour);
    const first = send();
    await expect.poll(() => stage.mistral.requests.length).toBe(1);
    stage.openai.script(answers());
    const again = await sendLater();
    expect(again).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('still running') } },
    });
    open.release();
    expect(textOf(framesOf((await first).body))).toBe(text);
    const kept = await send();
    expect([kept.headers.get('idempotent-replayed'), textOf(framesOf(kept.body))]).toEqual(['true', text]);
    expect([stage.openai.requests.length, await charged()]).toEqual([1, charges]);
  });

  test('is lost and not made again when its process dies with the answer, though its first part cost nothing', async () => {
    stage.openai.script(breaksBeforeOutput);
    await send();
    await stage.server.database.query('UPDATE idempotency_keys SET status = NULL, body = NULL WHERE user_id = $1', [
      person.id,
    ]);
    const { status, body } = await sendLater();
    const [charge] = await stage.server.database.query<{ hold_id: string }>(
      "SELECT hold_id FROM journals WHERE user_id = $1 AND kind = 'charge'",
      [person.id],
    );
    expect([status, body.error.call_id]).toEqual([409, charge?.hold_id]);
    expect(await charged()).toBe(1);
  });
});
