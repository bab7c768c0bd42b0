import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPaidCallStage, framesOf, type PaidCallStage, textOf } from '../../testing/paid-call-stage.ts';
import { DEFAULT_USAGE, DONE, finishEvent, openStream, textEvent, usageEvent } from '../../testing/upstream-events.ts';

let stage: PaidCallStage;
beforeAll(async () => {
  stage = await createPaidCallStage();
});
afterAll(() => stage?.close());
beforeEach(() => stage.reset());
afterEach(() => stage.check());

/** Ends the person's open call as another process would that takes this one for dead, and waits until this one has seen it. */
async function takeForDead(): Promise<void> {
  const { database, app } = stage.first;
  const sweep = async () => {
    await database.query(
      "UPDATE hold_progress SET lease_until = now() - interval '41 seconds' WHERE usage IS NOT NULL",
    );
    await app.services.ledger.sweep();
    return database.query('SELECT 1 FROM hold_resolutions WHERE hold_id = $1', [await stage.callId()]);
  };
  await expect.poll(sweep, { timeout: 10_000 }).toHaveLength(1);
  await new Promise((resume) => setTimeout(resume, 1_500));
}

/** Says something, and once it is released what is given. */
function saysAfterwards(more: string) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  stage.upstream.script(async (exchange) => {
    openStream(exchange);
    await exchange.write(textEvent('Once upon '));
    await released;
    await exchange.write(more);
    await exchange.wait(20);
    exchange.response.end();
  });
  return release;
}

async function readTakenForDead(more: string) {
  const release = saysAfterwards(more);
  const answer = stage.post('/v1/chat/completions', 'k', { stream: true });
  await takeForDead();
  release();
  const frames = framesOf((await answer).body);
  return { text: textOf(frames), frames };
}

const END = finishEvent() + usageEvent(DEFAULT_USAGE) + DONE;

test('a stream whose call was ended as that of a dead process does not say that its balance ended it', async () => {
  const { text, frames } = await readTakenForDead(`${textEvent('a time')}${textEvent(' there was')}${END}`);
  expect(text).toBe('Once upon a time');
  expect(frames.at(-1)).toMatchObject({
    error: { code: 'service_unavailable' },
    usage: { cost_usd: await stage.spent() },
  });
});

test('one that is whole by then ends well', async () => {
  const { text, frames } = await readTakenForDead(END);
  expect([text, frames.at(-1)]).toEqual(['Once upon ', '[DONE]']);
  expect(frames.at(-2)).toMatchObject({ outcome: 'completed', usage: { cost_usd: await stage.spent() } });
});
