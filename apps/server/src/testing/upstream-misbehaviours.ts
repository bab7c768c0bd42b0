import { gzipSync } from 'node:zlib';
import type { Behaviour } from './fake-upstream.ts';
import {
  chunkEvent,
  DONE,
  errorBody,
  type FakeAnswer,
  finishEvent,
  openStream,
  sendsJson,
  streamsText,
  textEvent,
  wholeAnswer,
} from './upstream-events.ts';

/** An error object in place of a chunk. */
export const failsMidStream = (message = 'The server had an error', more: object = {}): Behaviour =>
  streamsText(`${textEvent('Hello')}data: ${errorBody(message, more)}\n\n${DONE}`);

/** An `event: error`, as Groq sends it, and no end mark. */
export const sendsErrorEvent = (): Behaviour =>
  streamsText(
    `${textEvent('Hello')}event: error\ndata: ${errorBody('Tool call validation failed', { status_code: 400 })}\n\n`,
  );

/** An error as the very first event after a good status. */
export const failsFirst = (): Behaviour =>
  streamsText(`event: error\ndata: ${errorBody('Overloaded', { type: 'overloaded_error' })}\n\n`);

/** An error as bare JSON between the events, over several lines. */
export const sendsRawError = (): Behaviour =>
  streamsText(
    `${textEvent('Hello')}${JSON.stringify({ error: { code: 503, message: 'The model is overloaded' } }, null, 2)}`,
  );

/** An event that is not JSON. */
export const sendsBrokenJson = (): Behaviour =>
  streamsText(`${textEvent('Hello')}data: {"choices":[{"index":0,\n\n${finishEvent()}${DONE}`);

/** Carriage returns for line ends. */
export const usesCarriageReturns = (): Behaviour =>
  streamsText((textEvent('Hello') + finishEvent() + DONE).replaceAll('\n', '\r'));

/** Both characters for line ends. */
export const usesBothLineEnds = (): Behaviour =>
  streamsText((textEvent('Hello') + finishEvent() + DONE).replaceAll('\n', '\r\n'));

/** A byte order mark, ids, retry times and comments around a good stream. */
export const decorates = (): Behaviour =>
  streamsText(
    `\ufeff: hello\nretry: 10\nid: 1\n${textEvent('Hello')}: PROCESSING\n\nid\nevent: ping\ndata: {}\n\n${finishEvent()}${DONE}`,
  );

/** Comments and nothing else. */
export const sendsCommentsOnly = (): Behaviour => streamsText(': PROCESSING\n\n'.repeat(20));

/** An end mark and nothing else. */
export const sendsEndMarkOnly = (): Behaviour => streamsText(DONE);

/** No end mark. */
export const omitsEndMark = (): Behaviour => streamsText(textEvent('Hello') + finishEvent());

/** No blank line after the last event. */
export const omitsLastBlankLine = (): Behaviour => streamsText((textEvent('Hello') + finishEvent()).trimEnd());

/** No finish reason. */
export const omitsFinishReason = (): Behaviour => streamsText(textEvent('Hello') + DONE);

/** The finish reason twice, the end mark twice. */
export const repeatsItself = (): Behaviour =>
  streamsText(textEvent('Hello') + finishEvent().repeat(2) + DONE.repeat(2));

/** Goes on after the end mark. */
export const goesOnAfterEndMark = (): Behaviour =>
  streamsText(textEvent('Hello') + finishEvent() + DONE + textEvent(' and more'));

/** Events and fields nobody knows. */
export const inventsEvents = (): Behaviour =>
  streamsText(
    `event: execute\ndata: {"type":"execute","code":"alert(1)"}\n\ndata: {"choices":[{"index":0,"delta":{"content":"Hello","script":"x"},"magic":1}]}\n\n${finishEvent()}${DONE}`,
  );

/** Bytes that are no UTF-8 inside the text. */
export const sendsInvalidUtf8 = (): Behaviour =>
  streamsText(
    Buffer.concat([
      Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"a'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from(`b"}}]}\n\n${finishEvent()}${DONE}`),
    ]),
  );

/** One line of so many bytes that never ends. */
export function sendsEndlessLine(bytes: number): Behaviour {
  return async (exchange) => {
    openStream(exchange);
    const block = 'a'.repeat(64 * 1024);
    await exchange.write('data: ');
    for (let sent = 0; sent < bytes && !exchange.response.destroyed; sent += block.length) await exchange.write(block);
    exchange.response.end();
  };
}

/** So many events, each a write of its own. */
export function sendsTinyChunks(chunks: number): Behaviour {
  return async (exchange) => {
    openStream(exchange);
    for (let sent = 0; sent < chunks && !exchange.response.destroyed; sent += 1) await exchange.write(textEvent('a'));
    exchange.response.end(finishEvent() + DONE);
  };
}

/** A small compressed body that inflates to so many bytes, although none was asked for. */
export function sendsGzipBomb(bytes: number): Behaviour {
  // Made before anybody waits for it.
  const body = gzipSync(Buffer.alloc(bytes));
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
  };
}

/** More headers than a client should take. */
export const sendsLargeHeaders = (bytes: number): Behaviour =>
  sendsJson(200, wholeAnswer({}), { 'x-filler': 'a'.repeat(bytes) });

/** Text that would move a terminal's cursor, end a log line, or turn the reading direction. */
export const sendsControlCharacters = (): Behaviour =>
  sendsJson(400, errorBody('bad\u0000\u001b[2J\r\nlevel=error \u202eforged'));

/** A tool call in pieces, whose arguments are these. */
export const callsTool = (name: string, pieces: string[]): Behaviour =>
  streamsText(
    chunkEvent({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } }] }) +
      pieces.map((piece) => chunkEvent({ tool_calls: [{ index: 0, function: { arguments: piece } }] })).join('') +
      finishEvent('tool_calls') +
      DONE,
  );

/** Promises more bytes than it sends. */
export const truncatesBody =
  (): Behaviour =>
  async ({ response, wait }) => {
    const body = wholeAnswer({});
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length + 100 })
      .write(body.slice(0, -10));
    await wait(20);
    response.destroy();
  };

/** JSON nested this deep where an answer should be. */
export const nestsDeeply = (depth: number): Behaviour =>
  sendsJson(200, `${'{"error":['.repeat(depth)}1${']}'.repeat(depth)}`);

/** Members that change prototypes when they are copied carelessly. */
export const pollutesPrototypes = (): Behaviour =>
  sendsJson(
    200,
    wholeAnswer({}).replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},'),
  );

/** A good stream whose connection stays open for so long after the end mark. */
export const lingersAfterEndMark =
  (ms: number): Behaviour =>
  async (exchange) => {
    openStream(exchange);
    await exchange.write(textEvent('Hello') + finishEvent() + DONE);
    await exchange.wait(ms);
    exchange.response.end();
  };

/** Sends this and then nothing, for ever, without closing. */
export const hangsWith =
  (text: string, headers: Record<string, string> = { 'content-type': 'text/event-stream' }): Behaviour =>
  async (exchange) => {
    exchange.response.writeHead(200, headers).write(text);
    await exchange.wait(600_000);
  };

/** A whole answer although a stream was asked for. */
export const ignoresStreamOption = (answer: FakeAnswer = {}): Behaviour => sendsJson(200, wholeAnswer(answer));

/** An answer of so many bytes. */
export const sendsHugeAnswer =
  (bytes: number): Behaviour =>
  async (exchange) => {
    exchange.response.writeHead(200, { 'content-type': 'application/json' });
    const block = ' '.repeat(1024 * 1024);
    for (let sent = 0; sent < bytes && !exchange.response.destroyed; sent += block.length) await exchange.write(block);
    exchange.response.end(wholeAnswer({}));
  };
