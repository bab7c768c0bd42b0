import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdapterHarness, openAdapterHarness, TEST_DEADLINES } from './adapter-harness.ts';
import type { Behaviour } from './fake-upstream.ts';
import * as good from './upstream-behaviours.ts';
import * as bad from './upstream-misbehaviours.ts';

const KEY = 'sk-test-4f9a1c77e2b84d0d9e55';

let harness: AdapterHarness;

beforeAll(async () => {
  harness = await openAdapterHarness(KEY);
});
afterAll(() => harness.close());

describe('the key', () => {
  const tellTales: [string, Behaviour][] = [
    ['an error body', good.echoesKey()],
    ['an error event', good.echoesKeyMidStream()],
    ['plain text', (exchange) => good.answersWithText(500, `no ${exchange.request.headers.authorization}`)(exchange)],
  ];
  it.each(tellTales)('never comes back out of %s', async (_where, behaviour) => {
    const { error } = await harness.stream(behaviour);
    expect(error).not.toBeNull();
    const everything = JSON.stringify([error?.message, error?.stack, error?.param, String(error?.cause), { ...error }]);
    expect(everything).not.toContain(KEY.slice(0, 12));
    expect(everything).not.toContain(KEY.slice(-12));
  });
});

async function eventually(isTrue: () => boolean, withinMs = 2_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > until) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Another process may keep this one waiting for longer; an adapter that is slow itself is slow every time. */
const ONCE_QUICK = { retry: 3 };

describe('stopping', () => {
  it.each<[string, Behaviour, boolean]>([
    ['before the headers', good.neverAnswers(), false],
    ['in the middle of a stream', good.hangsAfter(2), true],
  ])('closes the upstream connection within 100 ms %s', ONCE_QUICK, async (_when, behaviour, hasBegun) => {
    const stop = new AbortController();
    const outcome = harness.stream(behaviour, stop.signal);
    const before = harness.upstream.requests.length;
    await eventually(() => harness.upstream.requests.length > before);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stoppedAt = performance.now();
    stop.abort();
    const { error, text } = await outcome;
    const seen = harness.upstream.requests.at(-1);
    await eventually(() => seen?.isAborted === true);
    expect((seen?.abortedAt ?? Number.NaN) - stoppedAt).toBeLessThan(100);
    expect(error?.kind).toBe('aborted');
    expect(text).toBe(hasBegun ? 'piece piece ' : '');
  });

  it('closes the connection when the reader leaves early', async () => {
    harness.upstream.script(good.hangsAfter(3));
    const { parts } = await harness.provider.streamChat(harness.request, harness.options());
    for await (const part of parts) {
      expect(part.type).toBe('text-delta');
      break;
    }
    await eventually(() => harness.upstream.requests.at(-1)?.isAborted === true);
  });

  it('closes the connection when the reader never begins', async () => {
    harness.upstream.script(good.hangsAfter(3));
    const { parts } = await harness.provider.streamChat(harness.request, harness.options());
    await parts[Symbol.asyncIterator]().return?.();
    await eventually(() => harness.upstream.requests.at(-1)?.isAborted === true);
  });

  it.each<[string, Behaviour]>([
    ['an event that is no JSON', bad.hangsWith('data: {broken\n\n')],
    ['an error event', bad.hangsWith('event: error\ndata: {"error":{"message":"no"}}\n\n')],
    ['a compressed answer', bad.hangsWith('x', { 'content-encoding': 'gzip' })],
  ])('closes the connection after %s', async (_what, behaviour) => {
    // Without waiting for any deadline.
    const patient = harness.open({ firstTokenMs: 20_000, idleMs: 20_000, totalMs: 20_000 });
    harness.upstream.script(behaviour);
    const read = async () => {
      for await (const _part of (await patient.streamChat(harness.request, harness.options())).parts);
    };
    await expect(read()).rejects.toMatchObject({ kind: 'upstream' });
    await eventually(() => harness.upstream.requests.at(-1)?.isAborted === true);
    await patient.close();
  });

  it('keeps a connection whose end comes shortly after the end mark, and no other', async () => {
    const ports: (number | undefined)[] = [];
    const noting =
      (lingerMs: number): Behaviour =>
      (exchange) => {
        ports.push(exchange.response.socket?.remotePort);
        return bad.lingersAfterEndMark(lingerMs)(exchange);
      };
    for (let call = 0; call < 3; call += 1) {
      expect((await harness.stream(noting(30))).text).toBe('Hello');
      await eventually(() => harness.upstream.requests.at(-1)?.isAnswered === true);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(new Set(ports).size).toBe(1);
    await harness.stream(noting(60_000));
    await eventually(() => harness.upstream.requests.at(-1)?.isAborted === true, 5_000);
  });

  it('does not call at all once the signal is aborted', async () => {
    const before = harness.upstream.requests.length;
    await expect(harness.provider.chat(harness.request, harness.options(AbortSignal.abort()))).rejects.toMatchObject({
      kind: 'aborted',
    });
    expect(harness.upstream.requests.length).toBe(before);
  });

  it('ends a stream that goes on for longer than a call may', async () => {
    const impatient = harness.open({ totalMs: 150 });
    harness.upstream.script(good.answers({ pieces: Array.from({ length: 100 }, () => 'a'), delayMs: 10 }));
    const { parts } = await impatient.streamChat(harness.request, harness.options());
    const drain = async () => {
      for await (const _part of parts);
    };
    await expect(drain()).rejects.toMatchObject({
      kind: 'timeout',
      message: 'The answer took longer than 0.15 seconds.',
    });
    await impatient.close();
  });
});

describe('a slow reader', () => {
  it('holds the provider back instead of gathering the answer in memory', async () => {
    let sent = 0;
    harness.upstream.script(async (exchange) => {
      const counted: typeof exchange = {
        ...exchange,
        write: async (bytes) => {
          sent += bytes.length;
          await exchange.write(bytes);
        },
      };
      await bad.sendsTinyChunks(200_000)(counted);
    });
    const { parts } = await harness.provider.streamChat(harness.request, harness.options());
    const reader = parts[Symbol.asyncIterator]();
    await reader.next();
    // Sent until the sockets' own buffers, a few megabytes at most, are full.
    let before = -1;
    while (sent > before) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    const heldBack = sent;
    for (let read = 0; read < 150_000; read += 1) await reader.next();
    expect(sent).toBeGreaterThan(heldBack);
    await reader.return?.();
  });

  it('is not taken for a provider that stopped', async () => {
    harness.upstream.script(good.answers({ pieces: ['a', 'b', 'c', 'd', 'e'], delayMs: 150 }));
    const { parts } = await harness.provider.streamChat(harness.request, harness.options());
    let text = '';
    for await (const part of parts) {
      await new Promise((resolve) => setTimeout(resolve, TEST_DEADLINES.idleMs + 50));
      if (part.type === 'text-delta') text += part.text;
    }
    expect(text).toBe('abcde');
  });
});
