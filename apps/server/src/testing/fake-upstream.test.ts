import { createOpenAiCompatibleProvider } from '@q/providers/openai-compatible/provider';
import type { ProviderError } from '@q/providers/spec/provider-error';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdapterHarness, openAdapterHarness } from './adapter-harness.ts';
import type { Behaviour } from './fake-upstream.ts';
import * as good from './upstream-behaviours.ts';
import * as bad from './upstream-misbehaviours.ts';

let harness: AdapterHarness;

beforeAll(async () => {
  harness = await openAdapterHarness();
});
afterAll(() => harness.close());

const finished: StreamPart = { type: 'finish', choice: 0, reason: 'stop', raw: null };
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
  reasoningTokens: 0,
});

describe('an upstream that behaves', () => {
  it('streams text, one finish and usage', async () => {
    const { parts, text, error } = await harness.stream(good.answers({ pieces: ['Grüße', ', ', '世界 🎉'] }));
    expect(error).toBeNull();
    expect(text).toBe('Grüße, 世界 🎉');
    expect(parts.slice(-2)).toEqual([finished, { type: 'usage', usage: usage(10, 4) }]);
  });

  it('answers whole, with the id of the request', async () => {
    expect(await harness.whole(good.answers({ pieces: ['Hello'], finishReason: 'length' }))).toEqual({
      choices: [
        {
          text: 'Hello',
          reasoning: '',
          refusal: null,
          toolCalls: [],
          finishReason: 'length',
          rawFinishReason: null,
          logprobs: null,
        },
      ],
      usage: usage(10, 4),
      upstreamRequestId: 'req_fake',
    });
  });

  it('gets the key, asks for usage and for an uncompressed answer', async () => {
    await harness.stream(good.answers());
    const seen = harness.upstream.requests.at(-1);
    expect(seen).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${harness.options().apiKey}`,
      'accept-encoding': 'identity',
    });
    expect(seen?.body).toMatchObject({ model: 'fake-1', stream: true, stream_options: { include_usage: true } });
  });

  it('keeps its connections over many calls, streamed or not', async () => {
    const ports = new Set<number | undefined>();
    const noting: Behaviour = (exchange) => {
      ports.add(exchange.response.socket?.remotePort);
      return good.answers()(exchange);
    };
    for (let call = 0; call < 5; call += 1) {
      await harness.stream(noting);
      await harness.whole(noting);
    }
    // The end of a stream can arrive after the next call has gone out.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it.each([
    ['in the finish chunk', good.putsUsageInFinishChunk(), usage(10, 4)],
    ['under x_groq', good.putsUsageUnderGroq(), usage(10, 4)],
    ['in every chunk, growing', good.repeatsUsage(), usage(10, 3)],
  ])('is read when it puts usage %s', async (_where, behaviour, wanted) => {
    const { parts, error } = await harness.stream(behaviour);
    expect(error).toBeNull();
    expect(parts.findLast((part) => part.type === 'usage')).toEqual({ type: 'usage', usage: wanted });
  });
});

describe('streams with faults of form that do no harm', () => {
  it.each<[string, Behaviour, string]>([
    ['no usage', good.givesNoUsage(), 'Hello, world!'],
    ['one byte at a time', good.drips(0), 'Hé'],
    ['carriage returns', bad.usesCarriageReturns(), 'Hello'],
    ['CRLF', bad.usesBothLineEnds(), 'Hello'],
    ['a byte order mark, comments, ids, pings', bad.decorates(), 'Hello'],
    ['no end mark', bad.omitsEndMark(), 'Hello'],
    ['no last blank line', bad.omitsLastBlankLine(), 'Hello'],
    ['no finish reason', bad.omitsFinishReason(), 'Hello'],
    ['everything said twice', bad.repeatsItself(), 'Hello'],
    ['more after the end mark', bad.goesOnAfterEndMark(), 'Hello'],
    ['unknown events and fields', bad.inventsEvents(), 'Hello'],
    ['bytes that are no UTF-8', bad.sendsInvalidUtf8(), 'a\ufffd\ufffdb'],
    ['a whole answer instead of a stream', bad.ignoresStreamOption(), 'Hello, world!'],
    ['20,000 tiny chunks', bad.sendsTinyChunks(20_000), 'a'.repeat(20_000)],
  ])('reads a stream with %s', async (_fault, behaviour, wanted) => {
    const { parts, text, error } = await harness.stream(behaviour);
    expect(error).toBeNull();
    expect(text).toBe(wanted);
    expect(parts.filter((part) => part.type === 'finish')).toEqual([finished]);
  });

  it('passes on arguments of a tool call that are no JSON, as the model wrote them', async () => {
    const { parts } = await harness.stream(bad.callsTool('look', ['{"a":', 'nonsense']));
    expect(parts).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_1', name: 'look', arguments: '' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"a":' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'nonsense' },
      { type: 'finish', choice: 0, reason: 'tool_calls', raw: null },
    ]);
  });
});

describe('usage that cannot be true', () => {
  it.each<[string, unknown]>([
    ['negative', -5],
    ['absurd', 1e308],
    ['text', '12'],
    ['null', null],
  ])('counts as none when it is %s', async (_kind, tokens) => {
    const { parts } = await harness.stream(good.answers({ usage: { prompt_tokens: 10, completion_tokens: tokens } }));
    expect(parts.some((part) => part.type === 'usage')).toBe(false);
    const result = await harness.whole(
      good.answers({ usage: { prompt_tokens: tokens, completion_tokens: 4, total_tokens: 4 } }),
    );
    expect(result).toMatchObject({ usage: null });
  });

  it('counts as zero when the provider says zero', async () => {
    const { parts } = await harness.stream(good.answers({ usage: { prompt_tokens: 0, completion_tokens: 0 } }));
    expect(parts.at(-1)).toEqual({ type: 'usage', usage: usage(0, 0) });
  });

  it('is passed on when it claims too much: judging that is not the adapter’s', async () => {
    const { parts } = await harness.stream(good.overclaimsUsage());
    expect(parts.at(-1)).toEqual({ type: 'usage', usage: usage(100, 40) });
  });
});

describe('streams that fail after they began', () => {
  it.each<[string, Behaviour, string, Partial<ProviderError>]>([
    ['the connection breaks', good.cutsAfter(3), 'piece piece piece ', { kind: 'upstream', retryable: true }],
    [
      'the answer just ends',
      good.endsAfter(2),
      'piece piece ',
      { kind: 'upstream', message: 'The provider cut the answer short.' },
    ],
    ['no token comes', good.hangsAfter(1), 'piece ', { kind: 'timeout' }],
    ['only comments come', good.keepsAliveAfter(1), 'piece ', { kind: 'timeout' }],
    ['an error object comes', bad.failsMidStream(), 'Hello', { kind: 'upstream', message: 'The server had an error' }],
    [
      'the error names a limit',
      bad.failsMidStream('slow down', { code: 'rate_limit_exceeded' }),
      'Hello',
      { kind: 'rate_limited' },
    ],
    ['an error event comes', bad.sendsErrorEvent(), 'Hello', { kind: 'invalid_request', status: 400 }],
    [
      'bare JSON reports an error',
      bad.sendsRawError(),
      'Hello',
      { kind: 'upstream', status: 503, message: 'The model is overloaded' },
    ],
    ['an event is no JSON', bad.sendsBrokenJson(), 'Hello', { kind: 'upstream' }],
  ])('hands out what came and throws when %s', async (_fault, behaviour, wanted, error) => {
    const outcome = await harness.stream(behaviour);
    expect(outcome.text).toBe(wanted);
    expect(outcome.error).toMatchObject(error);
  });
});

describe('streams that fail before any token', () => {
  it.each<[string, Behaviour, Partial<ProviderError>]>([
    ['no headers ever', good.neverAnswers(), { kind: 'timeout' }],
    ['headers and nothing', good.hangsAfter(0), { kind: 'timeout' }],
    ['headers and comments without end', good.keepsAliveAfter(0), { kind: 'timeout' }],
    ['an error event first', bad.failsFirst(), { kind: 'upstream', message: 'Overloaded' }],
    ['comments and the end', bad.sendsCommentsOnly(), { kind: 'upstream' }],
    [
      'an end mark alone',
      bad.sendsEndMarkOnly(),
      { kind: 'upstream', message: 'The provider answered without an answer.' },
    ],
    ['status 200 and an error', good.failsWithGoodStatus(), { kind: 'upstream', message: 'The engine is overloaded' }],
    [
      'status 200 and a web page',
      good.answersWithPage(),
      { kind: 'upstream', message: 'The provider answered with a web page: Sign in' },
    ],
    ['nothing at all', good.answersWithNothing(), { kind: 'upstream' }],
    [
      'a line without end',
      bad.sendsEndlessLine(8 * 1024 * 1024),
      { kind: 'upstream', message: 'The provider sent an event that is too long to read.' },
    ],
    ['a closed connection', good.hangsUp(), { kind: 'upstream', retryable: true }],
  ])('throws for %s', async (_fault, behaviour, error) => {
    const outcome = await harness.stream(behaviour);
    expect(outcome.parts).toEqual([]);
    expect(outcome.error).toMatchObject(error);
  });
});

describe('answers that fail', () => {
  it.each<[string, Behaviour, Partial<ProviderError>]>([
    ['no answer ever', good.neverAnswers(), { kind: 'timeout', retryable: true }],
    ['a closed connection', good.hangsUp(), { kind: 'upstream', retryable: true }],
    ['a body shorter than announced', bad.truncatesBody(), { kind: 'upstream' }],
    ['status 200 and an error', good.failsWithGoodStatus(), { kind: 'upstream', message: 'The engine is overloaded' }],
    [
      'a web page',
      good.answersWithPage(502),
      { kind: 'upstream', status: 502, message: 'The provider answered with a web page: Sign in' },
    ],
    ['nothing', good.answersWithNothing(), { kind: 'upstream' }],
    ['text that is no JSON', good.answersWithText(200, 'ok'), { kind: 'upstream' }],
    [
      'a compressed body nobody asked for',
      bad.sendsGzipBomb(50 * 1024 * 1024),
      { kind: 'upstream', message: 'The provider sent a compressed answer that was not asked for.' },
    ],
    ['headers of 100 kB', bad.sendsLargeHeaders(100 * 1024), { kind: 'upstream' }],
    [
      '40 MB',
      bad.sendsHugeAnswer(40 * 1024 * 1024),
      { kind: 'upstream', message: 'The answer of the provider is too large.' },
    ],
    ['JSON nested 20,000 deep', bad.nestsDeeply(20_000), { kind: 'upstream' }],
    ['500', good.refuses(500, 'boom'), { kind: 'upstream', status: 500, retryable: true, message: 'boom' }],
    [
      '500 without a body',
      good.answersWithText(500, ''),
      { kind: 'upstream', message: 'The provider answered with status 500 and no message.' },
    ],
    ['501', good.refuses(501), { kind: 'upstream', retryable: false }],
    [
      '503 and a wish not to be asked again',
      good.refuses(503, 'no', {}, { 'x-should-retry': 'false' }),
      { retryable: false },
    ],
    ['429 and seconds', good.isBusy('2'), { kind: 'rate_limited', retryable: true, retryAfterMs: 2_000 }],
    ['429 and too long a wait', good.isBusy('3600'), { kind: 'rate_limited', retryAfterMs: null }],
    ['429 and nothing', good.isBusy(), { kind: 'rate_limited', retryAfterMs: null }],
    ['429 for an empty account', good.hasNoQuota(), { kind: 'auth', retryable: false }],
    ['402', good.refuses(402, 'Insufficient Balance'), { kind: 'auth', retryable: false }],
    ['403', good.refuses(403), { kind: 'auth' }],
    [
      '403 for the prompt',
      good.refuses(403, 'flagged', { metadata: { flagged_input: 'x' } }),
      { kind: 'invalid_request' },
    ],
    ['400 for the key', good.refuses(400, 'API key not valid. Please pass a valid API key.'), { kind: 'auth' }],
    [
      '400',
      good.refuses(400, 'bad', { param: 'max_tokens' }),
      { kind: 'invalid_request', param: 'max_tokens', retryable: false },
    ],
    ['404', good.refuses(404, 'no such model'), { kind: 'invalid_request', status: 404 }],
    ['a redirect', good.redirectsTo('http://169.254.169.254/'), { kind: 'upstream', status: 307, retryable: false }],
    ['control characters in the message', bad.sendsControlCharacters(), { message: 'bad [2J level=error forged' }],
  ])('throws for %s', async (_fault, behaviour, error) => {
    expect(await harness.whole(behaviour)).toMatchObject(error);
  });

  it('follows no redirect', async () => {
    const before = harness.upstream.requests.length;
    await harness.whole(good.redirectsTo(`${harness.upstream.url}/elsewhere`));
    expect(harness.upstream.requests.length).toBe(before + 1);
  });

  it('says that nobody listens', async () => {
    const lonely = createOpenAiCompatibleProvider({ id: 'x', baseUrl: 'http://127.0.0.1:1/v1' });
    await expect(lonely.chat(harness.request, harness.options())).rejects.toMatchObject({
      kind: 'unavailable',
      retryable: true,
    });
    await lonely.close();
  });

  it('leaves the prototypes of objects alone', async () => {
    expect(await harness.whole(bad.pollutesPrototypes())).toMatchObject({ choices: [{ text: 'Hello, world!' }] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
