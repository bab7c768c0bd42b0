import type { ProviderError } from '@q/providers/spec/provider-error';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdapterHarness, openAdapterHarness } from './adapter-harness.ts';
import type { Behaviour } from './fake-upstream.ts';
import * as good from './upstream-behaviours.ts';
import { openStream, sendsJson, streamsText } from './upstream-events.ts';
import {
  ANTHROPIC_FORMAT,
  answersIn,
  COHERE_FORMAT,
  GOOGLE_FORMAT,
  OLLAMA_FORMAT,
  type UpstreamFormat,
} from './upstream-formats.ts';
import * as bad from './upstream-misbehaviours.ts';

const KEY = 'key-test-4f9a1c77e2b84d0d9e55';

/** Sends this text of a stream and nothing more, for ever. */
const hangs =
  (text: string): Behaviour =>
  async (exchange) => {
    openStream(exchange);
    await exchange.write(text);
    await exchange.wait(600_000);
  };

const breaks =
  (text: string): Behaviour =>
  async (exchange) => {
    openStream(exchange);
    await exchange.write(text);
    await exchange.wait(20);
    exchange.response.destroy();
  };

const drips =
  (text: string): Behaviour =>
  async (exchange) => {
    openStream(exchange);
    for (const byte of Buffer.from(text)) await exchange.write(Uint8Array.of(byte));
    exchange.response.end();
  };

const refuses = (format: UpstreamFormat, status: number, headers: Record<string, string> = {}): Behaviour =>
  sendsJson(status, format.error('boom').replace('api_error', 'new_error').replace('INTERNAL', 'NEW'), headers);

describe.each([ANTHROPIC_FORMAT, GOOGLE_FORMAT, COHERE_FORMAT, OLLAMA_FORMAT])('the adapter of $name', (format) => {
  let harness: AdapterHarness;
  beforeAll(async () => {
    harness = await openAdapterHarness(KEY, format.create);
  });
  afterAll(() => harness.close());

  const hello = format.opening + format.text('Hello');
  const whole = hello + format.ending;

  it('streams, and answers whole, with usage in which nothing is missing', async () => {
    const { parts, text, error } = await harness.stream(answersIn(format));
    expect(error).toBeNull();
    expect(text).toBe('Hello, world!');
    expect(parts.filter((part) => part.type === 'finish')).toHaveLength(1);
    const usage = { inputTokens: 10, cachedInputTokens: format.cached, cacheWriteTokens: 0, outputTokens: 4 };
    expect(parts.findLast((part) => part.type === 'usage')).toMatchObject({ usage });
    expect(await harness.whole(answersIn(format))).toMatchObject({
      choices: [{ text: 'Hello, world!', finishReason: 'stop' }],
      usage,
      upstreamRequestId: 'req_fake',
    });
  });

  it('sends the key in its header only', async () => {
    await harness.stream(answersIn(format));
    const seen = harness.upstream.requests.at(-1);
    expect(seen).toMatchObject({ method: 'POST', path: `/v1${format.streamPath}` });
    const [header, prefix] = format.keyHeader;
    expect(seen?.headers).toMatchObject({ [header]: `${prefix}${KEY}`, 'accept-encoding': 'identity' });
    expect(Object.values(seen?.headers ?? {}).filter((value) => String(value).includes(KEY))).toHaveLength(1);
    expect(seen?.path).not.toContain(KEY);
  });

  it.each<[string, Behaviour]>([
    ['one byte at a time', drips(whole)],
    ['carriage returns', streamsText(whole.replaceAll('\n', '\r'))],
    ['CRLF', streamsText(whole.replaceAll('\n', '\r\n'))],
    ['a byte order mark and what else says nothing', streamsText(`${format.noise}${whole}`)],
    ['no last blank line', streamsText(whole.trimEnd())],
    ['unknown events', streamsText(`${hello}${format.unknown}${format.ending}`)],
    ['a whole answer instead of a stream', sendsJson(200, format.whole('Hello'))],
  ])('reads a stream with %s', async (_fault, behaviour) => {
    const { text, error, parts } = await harness.stream(behaviour);
    expect(error).toBeNull();
    expect(text).toBe('Hello');
    expect(parts.filter((part) => part.type === 'finish')).toHaveLength(1);
  });

  it.each<[string, Behaviour, Partial<ProviderError>]>([
    ['the connection breaks', breaks(hello), { kind: 'upstream', retryable: true }],
    ['the answer just ends', streamsText(hello), { kind: 'upstream', message: 'The provider cut the answer short.' }],
    ['no more tokens come', hangs(hello), { kind: 'timeout' }],
    ['an error comes', streamsText(hello + format.errorEvent('boom')), { kind: 'upstream', message: 'boom' }],
    ['an event is no JSON', streamsText(`${hello}data: {"a":\n\n`), { kind: 'upstream' }],
  ])('hands out what came and throws when %s', async (_fault, behaviour, wanted) => {
    const { text, error } = await harness.stream(behaviour);
    expect(text).toBe('Hello');
    expect(error).toMatchObject(wanted);
  });

  it.each<[string, Behaviour, Partial<ProviderError>]>([
    ['no headers ever', good.neverAnswers(), { kind: 'timeout' }],
    ['comments and nothing else', bad.sendsCommentsOnly(), { kind: 'upstream' }],
    ['nothing', good.answersWithNothing(), { kind: 'upstream' }],
    ['an error first', streamsText(format.errorEvent('boom')), { kind: 'upstream', message: 'boom' }],
    ['a line that never ends', bad.sendsEndlessLine(4 * 1024 * 1024), { kind: 'upstream' }],
    ['a web page', good.answersWithPage(), { kind: 'upstream' }],
  ])('throws for a stream with %s', async (_fault, behaviour, wanted) => {
    const { parts, error } = await harness.stream(behaviour);
    expect(parts).toEqual([]);
    expect(error).toMatchObject(wanted);
  });

  it.each<[string, Behaviour, Partial<ProviderError>]>([
    ['a closed connection', good.hangsUp(), { kind: 'upstream', retryable: true }],
    ['a body shorter than announced', bad.truncatesBody(), { kind: 'upstream' }],
    ['status 200 and an error', sendsJson(200, format.error('boom')), { kind: 'upstream', message: 'boom' }],
    ['text that is no JSON', good.answersWithText(200, 'ok'), { kind: 'upstream' }],
    ['an empty object', sendsJson(200, '{}'), { kind: 'upstream' }],
    ['a compressed body', bad.sendsGzipBomb(50 * 1024 * 1024), { kind: 'upstream' }],
    ['40 MB', bad.sendsHugeAnswer(40 * 1024 * 1024), { message: 'The answer of the provider is too large.' }],
    ['JSON nested 20,000 deep', bad.nestsDeeply(20_000), { kind: 'upstream' }],
    ['a redirect', good.redirectsTo('http://169.254.169.254/'), { kind: 'upstream', status: 307 }],
    ['400', refuses(format, 400), { kind: 'invalid_request', retryable: false, message: 'boom' }],
    ['401', refuses(format, 401), { kind: 'auth', retryable: false }],
    ['403', refuses(format, 403), { kind: 'auth' }],
    ['413', refuses(format, 413), { kind: 'invalid_request', status: 413 }],
    ['429 and seconds', refuses(format, 429, { 'retry-after': '2' }), { kind: 'rate_limited', retryAfterMs: 2_000 }],
    ['500', refuses(format, 500), { kind: 'upstream', retryable: true }],
    ['503 as a page', good.answersWithPage(503), { kind: 'upstream', status: 503, retryable: true }],
    ['529', refuses(format, 529), { kind: 'upstream', retryable: true }],
  ])('throws for %s', async (_fault, behaviour, wanted) => {
    expect(await harness.whole(behaviour)).toMatchObject(wanted);
  });

  it.each<[string, Behaviour]>([
    ['an error', (exchange) => sendsJson(401, format.error(`bad ${KEY}, ${KEY.slice(0, 14)}…`))(exchange)],
    ['a stream', streamsText(hello + format.errorEvent(`bad ${KEY}`))],
  ])('lets no key out of %s that quotes it', async (_where, behaviour) => {
    const { error } = await harness.stream(behaviour);
    expect(error?.message).toContain('bad');
    expect(JSON.stringify([error?.message, error?.stack, { ...error }])).not.toContain(KEY.slice(0, 12));
  });

  // Another process may keep this one waiting for longer; an adapter that is slow itself is slow every time.
  it('closes the connection within 100 ms when it is stopped', { retry: 3 }, async () => {
    const stop = new AbortController();
    const before = harness.upstream.requests.length;
    const outcome = harness.stream(hangs(hello), stop.signal);
    await expect.poll(() => harness.upstream.requests.length).toBeGreaterThan(before);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stoppedAt = performance.now();
    stop.abort();
    expect((await outcome).error?.kind).toBe('aborted');
    await expect.poll(() => harness.upstream.requests.at(-1)?.isAborted).toBe(true);
    expect((harness.upstream.requests.at(-1)?.abortedAt ?? Number.NaN) - stoppedAt).toBeLessThan(100);
  });
});
