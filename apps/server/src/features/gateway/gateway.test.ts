import type { ChatCompletionRequest } from '@q/contract/chat';
import { ProviderError } from '@q/providers/spec/provider-error';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { newId } from '../../lib/id.ts';
import { createScriptedGateway, SCRIPTED_MODEL, SCRIPTED_TOP_UP } from '../../testing/scripted-gateway.ts';
import { resultOf, untilAborted, usageOf } from '../../testing/scripted-provider.ts';
import type { CallEnd } from './end-call.ts';
import { STOPPED_BY_PERSON } from './service.ts';

const [MODEL, TOP_UP] = [SCRIPTED_MODEL, SCRIPTED_TOP_UP];
type Stage = Awaited<ReturnType<typeof createScriptedGateway>>;

let stage: Stage;
let provider: Stage['provider'];
let books: Stage['books'];
let catalog: Stage['catalog'];
let gateway: Stage['gateway'];
let buyer: Stage['buyer'];
let priceOf: Stage['priceOf'];
beforeAll(async () => {
  stage = await createScriptedGateway();
  ({ provider, books, catalog, gateway, buyer, priceOf } = stage);
});
afterAll(() => stage.close());
afterEach(async () => {
  const check = await books.ledger.check();
  expect(check.invariants.filter((invariant) => !invariant.ok)).toEqual([]);
});

function callOf(userId: string, more: Partial<ChatCompletionRequest> = {}, signal = new AbortController().signal) {
  const request = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello' }], ...more };
  return {
    id: newId('req'),
    caller: { userId, apiKey: null },
    request,
    stream: request.stream === true,
    signal,
    clamp: true,
  };
}

interface Streamed {
  text: string;
  finish: string | null;
  end: CallEnd;
}

async function readStream(
  userId: string,
  more: Partial<ChatCompletionRequest> = {},
  signal?: AbortSignal,
): Promise<Streamed> {
  const { events } = await gateway.stream(callOf(userId, { ...more, stream: true }, signal));
  const seen: { text: string; finish: string | null; end: CallEnd | null } = { text: '', finish: null, end: null };
  for await (const event of events) {
    if (event.type === 'end') seen.end = event.end;
    else if (event.part.type === 'text-delta') seen.text += event.part.text;
    else if (event.part.type === 'finish') seen.finish = event.part.reason;
  }
  if (!seen.end) throw new Error('no end');
  return { ...seen, end: seen.end };
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('a whole answer', () => {
  test('is charged by the provider’s figures, to the nano-dollar', async () => {
    const userId = await buyer();
    provider.state.current = { chat: async () => resultOf('Hi', usageOf(12, 34)) };
    const { end, result } = await gateway.complete(callOf(userId));
    expect(result.choices[0]?.text).toBe('Hi');
    expect(end).toMatchObject({ outcome: 'completed', costNano: priceOf(12, 34), usageSource: 'provider' });
    expect(end.balanceNano).toBe(TOP_UP - priceOf(12, 34));
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: TOP_UP - priceOf(12, 34), held: 0n });
  });

  test('without usage is charged by what was delivered, and says so', async () => {
    const userId = await buyer();
    provider.state.current = { chat: async () => resultOf('x'.repeat(400), null) };
    const { end } = await gateway.complete(callOf(userId));
    expect(end.usageSource).toBe('counted');
    expect(end.usage.outputTokens).toBe(100);
    expect(end.costNano).toBe(priceOf(end.usage.inputTokens, 100));
  });

  test('that is empty costs nothing', async () => {
    const userId = await buyer();
    provider.state.current = { chat: async () => resultOf('', usageOf(12, 0)) };
    expect((await gateway.complete(callOf(userId))).end.costNano).toBe(0n);
    expect(await books.ledger.balanceOf(userId)).toBe(TOP_UP);
  });

  test('sends the named ceiling upstream, and its own when there is none', async () => {
    const userId = await buyer();
    provider.state.current = { chat: async () => resultOf('Hi', usageOf(1, 1)) };
    await gateway.complete(callOf(userId, { max_tokens: 77 }));
    await gateway.complete(callOf(userId));
    expect(provider.state.requests.slice(-2).map((request) => request.maxOutputTokens)).toEqual([77, 2048]);
  });

  test.each([
    [new ProviderError('rate_limited', 'slow down', { status: 429, retryAfterMs: 3_000 }), 'upstream_unavailable'],
    [new ProviderError('auth', 'bad key', { status: 401 }), 'upstream_error'],
    [new ProviderError('upstream', 'broken', { status: 500 }), 'upstream_error'],
    [new ProviderError('unavailable', 'refused'), 'upstream_unavailable'],
    [new ProviderError('timeout', 'late'), 'upstream_timeout'],
    [new ProviderError('invalid_request', 'no such parameter', { status: 400, param: 'seed' }), 'invalid_request'],
    [new TypeError('a fault of ours'), 'internal_error'],
  ])('a failure (%s) is a clear error and costs nothing', async (failure, code) => {
    const userId = await buyer();
    provider.state.current = { chat: () => Promise.reject(failure) };
    const error = await refusal(gateway.complete(callOf(userId)));
    expect(error.code).toBe(code);
    if (failure instanceof ProviderError && failure.retryAfterMs) expect(error.retryAfterSeconds).toBe(3);
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: TOP_UP, held: 0n });
  });
});

/** Changes how many tokens the model can say, as long as the catalog is not read again. */
function sayAtMost(maxOutput: number): void {
  Object.assign(catalog.get(MODEL) ?? {}, { maxOutput });
}

describe('a streamed answer', () => {
  test('is relayed and charged before its end is told', async () => {
    const userId = await buyer();
    provider.state.current = {
      async *stream() {
        yield { type: 'text-delta', choice: 0, text: 'Hel' };
        expect((await books.ledger.totals(userId)).held).toBeGreaterThan(0n);
        yield { type: 'text-delta', choice: 0, text: 'lo' };
        yield { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' };
        yield { type: 'usage', usage: usageOf(9, 5) };
      },
    };
    const { text, finish, end } = await readStream(userId);
    expect([text, finish, end.outcome]).toEqual(['Hello', 'stop', 'completed']);
    expect(end.costNano).toBe(priceOf(9, 5));
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: end.balanceNano, held: 0n });
  });

  test('that fails before its first part is a status, not a stream, and costs nothing', async () => {
    const userId = await buyer();
    provider.state.current = {
      // biome-ignore lint/correctness/useYield: it fails before it can.
      async *stream() {
        throw new ProviderError('upstream', 'overloaded', { status: 529 });
      },
    };
    expect((await refusal(gateway.stream(callOf(userId, { stream: true })))).code).toBe('upstream_error');
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: TOP_UP, held: 0n });
  });

  test.each([false, true])(
    'that nobody reads costs nothing and is left upstream (continued: %s)',
    async (continue_on_error) => {
      const userId = await buyer();
      let isLeft = false;
      provider.state.current = {
        async *stream() {
          try {
            for (;;) yield { type: 'text-delta', choice: 0, text: 'never read' };
          } finally {
            isLeft = true;
          }
        },
      };
      const { events } = await gateway.stream(callOf(userId, { stream: true, continue_on_error }));
      await events.return();
      expect(await events.next()).toEqual({ done: true, value: undefined });
      expect(isLeft).toBe(true);
      expect(await books.ledger.totals(userId)).toMatchObject({ posted: TOP_UP, held: 0n });
      expect(books.ledger.openHolds()).toBe(0);
    },
  );

  test('that is cut is charged for what was delivered and ends with an error', async () => {
    const userId = await buyer();
    provider.state.current = {
      async *stream() {
        yield { type: 'text-delta', choice: 0, text: 'y'.repeat(120) };
        throw new ProviderError('upstream', 'the connection was cut');
      },
    };
    const { end } = await readStream(userId);
    expect(end).toMatchObject({ outcome: 'upstream_error', usageSource: 'counted' });
    expect(end.error?.code).toBe('upstream_error');
    expect(end.costNano).toBe(priceOf(end.usage.inputTokens, 30));
  });

  test.each([
    ['the client leaves', undefined, 'client_gone'],
    ['the person presses stop', STOPPED_BY_PERSON, 'stopped'],
  ])('when %s the upstream call ends and what was delivered is charged', async (_, reason, outcome) => {
    const userId = await buyer();
    const controller = new AbortController();
    let upstreamAborted = false;
    provider.state.current = {
      async *stream(_request, { signal }) {
        yield { type: 'text-delta', choice: 0, text: 'z'.repeat(80) };
        controller.abort(reason);
        await untilAborted(signal).finally(() => {
          upstreamAborted = true;
        });
      },
    };
    const { end } = await readStream(userId, {}, controller.signal);
    expect(end).toMatchObject({ outcome, costNano: priceOf(end.usage.inputTokens, 20), error: null });
    expect(upstreamAborted).toBe(true);
  });

  test('a reader that simply stops reading is charged for what it got', async () => {
    const userId = await buyer();
    let upstreamEnded = false;
    provider.state.current = {
      async *stream() {
        try {
          for (;;) yield { type: 'text-delta', choice: 0, text: 'abc' };
        } finally {
          upstreamEnded = true;
        }
      },
    };
    const { events } = await gateway.stream(callOf(userId, { stream: true }));
    await events.next();
    await events.return();
    expect(upstreamEnded).toBe(true);
    const { posted, held } = await books.ledger.totals(userId);
    expect(held).toBe(0n);
    expect(posted).toBeLessThan(TOP_UP);
  });

  test('client gone before the first part costs nothing', async () => {
    const userId = await buyer();
    const controller = new AbortController();
    provider.state.current = {
      async *stream(_request, { signal }) {
        controller.abort();
        yield await untilAborted(signal);
      },
    };
    await expect(gateway.stream(callOf(userId, { stream: true }, controller.signal))).rejects.toThrow();
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: TOP_UP, held: 0n });
  });

  test('holds more while it runs, and stops at the end of the balance', async () => {
    // $0.009 affords some 4,400 output tokens at $2 per million; the answer would go on for ever.
    sayAtMost(100_000);
    const userId = await buyer(9_000_000n);
    provider.state.current = {
      async *stream() {
        for (;;) yield { type: 'text-delta', choice: 0, text: 'abcdefghi' };
      },
    };
    const { end, finish, text } = await readStream(userId).finally(() => sayAtMost(2_048));
    expect([end.outcome, finish]).toEqual(['stopped_by_balance', 'length']);
    expect(end.usage.outputTokens).toBe(Math.ceil(text.length / 4));
    expect(end.costNano).toBeLessThanOrEqual(9_000_000n);
    // What is left is less than the smallest piece it grows by, and what its input was thought to cost at most.
    expect(end.costNano).toBeGreaterThan(9_000_000n - priceOf(600, 128));
    expect(end.balanceNano).toBe(9_000_000n - end.costNano);
  });

  test('hidden reasoning above the hold is charged only as far as the model could have gone', async () => {
    const userId = await buyer();
    const play = (usage: ReturnType<typeof usageOf>) => {
      provider.state.current = {
        async *stream() {
          yield { type: 'text-delta', choice: 0, text: 'short' };
          yield { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' };
          yield { type: 'usage', usage };
        },
      };
    };
    play(usageOf(10, 2_048));
    expect((await readStream(userId)).end.costNano).toBe(priceOf(10, 2_048));
    play(usageOf(10, 900_000));
    const absurd = (await readStream(userId)).end;
    expect(absurd.costNano).toBeLessThanOrEqual(priceOf(600, 2_048));
  });
});

describe('before anything goes upstream', () => {
  test.each([
    ['openai/gpt-4', 'model_retired', 410],
    ['openai/gpt-5.5', 'model_unavailable', 503],
    ['nobody/nothing', 'model_not_found', 404],
  ])('%s is %s', async (model, code, status) => {
    const error = await refusal(gateway.complete(callOf(await buyer(), { model })));
    expect([error.code, error.status]).toEqual([code, status]);
  });

  test('a retired model names its successor', async () => {
    const error = await refusal(gateway.complete(callOf(await buyer(), { model: 'openai/gpt-4' })));
    expect(error.message).toContain('openai/');
    expect(catalog.get(String(error.extra['successor']))).toBeDefined();
  });

  test('images for a model that cannot see are refused by name', async () => {
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AA==' } };
    const error = await refusal(
      gateway.complete(callOf(await buyer(), { messages: [{ role: 'user', content: [image] }] })),
    );
    expect([error.code, error.param]).toEqual(['invalid_request', 'messages']);
  });

  test('an empty wallet is 402, and nothing reaches the provider', async () => {
    const before = provider.state.requests.length;
    expect((await refusal(gateway.complete(callOf(newId('usr'))))).code).toBe('insufficient_balance');
    expect(provider.state.requests).toHaveLength(before);
  });

  test('an open ceiling is lowered to what the balance affords; a named one is not', async () => {
    const userId = await buyer(1_000_000n);
    provider.state.current = { chat: async () => resultOf('Hi', usageOf(1, 1)) };
    const { open } = await gateway.complete(callOf(userId));
    expect(open.clampedTo).toBeGreaterThan(300);
    expect(provider.state.requests.at(-1)?.maxOutputTokens).toBe(open.clampedTo);
    expect((await refusal(gateway.complete(callOf(userId, { max_tokens: 2_000 })))).code).toBe('insufficient_balance');
    expect((await refusal(gateway.complete({ ...callOf(userId), clamp: false }))).code).toBe('insufficient_balance');
  });
});

describe('400 calls at once on a wallet for a few dozen', () => {
  test('exactly those it affords reach the provider, the rest are 402', async () => {
    const each = priceOf(512, 100);
    const userId = await buyer(each * 37n + each / 2n);
    const before = provider.state.requests.length;
    // No call ends before all have asked, so that no money comes back in between.
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    provider.state.current = { chat: () => gate.then(() => resultOf('ok', usageOf(512, 100))) };
    let refused = 0;
    const calls = Array.from({ length: 400 }, () =>
      gateway.complete(callOf(userId, { max_tokens: 100 })).catch((error: AppError) => {
        refused += 1;
        if (refused === 363) release();
        return error;
      }),
    );
    const results = await Promise.all(calls);
    const errors = results.filter((result) => result instanceof AppError);
    expect(new Set(errors.map((error) => error.code))).toEqual(new Set(['insufficient_balance']));
    expect(provider.state.requests.length - before).toBe(37);
    expect(await books.ledger.totals(userId)).toMatchObject({ posted: each / 2n, held: 0n });
  });
});
