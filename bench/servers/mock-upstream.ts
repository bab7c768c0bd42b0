// Speaks OpenAI's chat API: an answer of one kilobyte, or a stream of fifty pieces. Reads and writes sockets directly, so that
// it takes as little as possible of the core it shares with the load generator.
import { createServer, type Socket } from 'node:net';

const PIECES = 50;
/** Between two pieces of a paced stream. */
const PACE_MS = 2;
const ANSWER_BYTES = 1_024;
const USAGE = { prompt_tokens: 100, completion_tokens: 150, total_tokens: 250 };
const HEAD_END = Buffer.from('\r\n\r\n');

function wholeAnswer(): Buffer {
  const answer = (content: string) =>
    JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion',
      created: 1_760_000_000,
      model: 'bench',
      choices: [
        { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
      ],
      usage: USAGE,
    });
  const body = answer('word '.repeat(ANSWER_BYTES).slice(0, ANSWER_BYTES - answer('').length));
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}

function chunked(event: string): string {
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}

function piece(fields: object): string {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'bench' };
  return chunked(`data: ${JSON.stringify({ ...head, ...fields })}\n\n`);
}

const WHOLE = wholeAnswer();
const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nx-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n';
const WORD = piece({
  choices: [{ index: 0, delta: { content: 'several words of an answer ' }, logprobs: null, finish_reason: null }],
});
const STREAM_END = [
  piece({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] }),
  piece({ choices: [], usage: USAGE }),
  chunked('data: [DONE]\n\n'),
  '0\r\n\r\n',
].join('');

const streams = new Map<Socket, number>();

/** Sends one piece to every paced stream; the last with the end. */
function beat(): void {
  for (const [socket, sent] of streams) {
    if (sent === PIECES - 1) {
      streams.delete(socket);
      socket.write(WORD + STREAM_END);
    } else {
      streams.set(socket, sent + 1);
      socket.write(WORD);
    }
  }
}

function answer(socket: Socket, body: string): void {
  if (!body.includes('"stream":true')) socket.write(WHOLE);
  // The word is in what the bench asks, for streams that come as fast as they can be read.
  else if (body.includes('at once')) socket.write(STREAM_HEAD + WORD.repeat(PIECES) + STREAM_END);
  else {
    socket.write(STREAM_HEAD + WORD);
    streams.set(socket, 1);
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    const headEnd = pending.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(pending.toString('latin1', 0, headEnd))?.[1] ?? 0);
    const end = headEnd + HEAD_END.length + length;
    if (pending.length < end) return;
    const body = pending.toString('latin1', headEnd, end);
    pending = pending.subarray(end);
    answer(socket, body);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => streams.delete(socket));
});

setInterval(beat, PACE_MS);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening on ${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('disconnect', () => process.exit(0));
