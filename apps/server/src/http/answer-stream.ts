import type { ServerResponse } from 'node:http';
import type { RawReply } from './raw-reply.ts';

/** A reader that takes nothing for this long is dropped. */
const STALLED_MS_MAX = 60_000;
/** What keeps the connection is sent when nothing else was for this long, so that proxies leave it open. */
const HEARTBEAT_MS = 15_000;

/** Text that waits to be written is written at once when it is longer than this. */
const GATHERED_LENGTH_MAX = 64 * 1024;

/** An answer that is written piece by piece. */
export interface AnswerStream {
  /** Writes text. Where the reader is behind, a promise that resolves when it can take more, or has gone. */
  write(text: string): Promise<void> | undefined;
  end(): void;
}

/** Resolves when the socket can take more, has closed, or has stalled (it is destroyed then). */
export function drained(reply: RawReply): Promise<void> {
  return new Promise((resolve) => {
    const { raw } = reply;
    const { socket } = raw;
    const done = () => {
      clearTimeout(stalled);
      raw.off('drain', done);
      raw.off('close', done);
      socket?.off('drain', done);
      resolve();
    };
    const stalled = setTimeout(() => raw.destroy(), STALLED_MS_MAX);
    raw.once('drain', done);
    raw.once('close', done);
    socket?.once('drain', done);
  });
}

/**
 * Writes a piece of a begun answer. In HTTP's chunks it goes to the socket as one text: Node.js writes its length, the text and its end one by
 * one, which takes a stream of small pieces a tenth longer.
 */
function writePiece(raw: ServerResponse, text: string): void {
  const { socket } = raw;
  if (socket === null || !raw.chunkedEncoding) raw.write(text);
  else socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

const isBehind = (raw: ServerResponse): boolean => raw.writableNeedDrain || raw.socket?.writableNeedDrain === true;

/** Writes `heartbeat` whenever the returned timer has not been refreshed for a while. Without a text there is none. */
function startHeartbeat(reply: RawReply, heartbeat: string | null): NodeJS.Timeout | undefined {
  if (heartbeat === null) return undefined;
  const timer = setInterval(() => writePiece(reply.raw, heartbeat), HEARTBEAT_MS);
  reply.raw.once('close', () => clearInterval(timer));
  return timer;
}

/**
 * Takes the answer over from Fastify and begins it with the headers set so far and those given, which name its content type.
 * Back-pressure is passed on: `write` waits for a slow reader, so that the upstream is read no faster.
 * What is written in one turn of the event loop goes out as one piece. `heartbeat` is text that readers skip; null where the format has none.
 */
export function openAnswerStream(
  reply: RawReply,
  headers: Record<string, string>,
  heartbeat: string | null,
): AnswerStream {
  reply.hijack();
  const set = Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]),
  );
  reply.raw.writeHead(200, {
    ...set,
    ...headers,
    'cache-control': 'no-store',
    // nginx buffers streams unless it is told not to.
    'x-accel-buffering': 'no',
  });
  const { socket } = reply.raw;
  socket?.cork();
  reply.raw.flushHeaders();
  reply.raw.on('error', () => undefined);
  const timer = startHeartbeat(reply, heartbeat);
  let gathered = '';
  const write = () => {
    if (gathered === '' || reply.raw.destroyed || reply.raw.writableEnded) return;
    timer?.refresh();
    writePiece(reply.raw, gathered);
    gathered = '';
  };
  // The headers wait for the end of this turn: as a rule the first piece is there by then and goes with them.
  process.nextTick(() => {
    write();
    socket?.uncork();
  });
  return {
    write(text) {
      if (reply.raw.destroyed || reply.raw.writableEnded) return undefined;
      // The next tick comes when no promise is left to run: after all that the upstream's last piece held.
      if (gathered === '') process.nextTick(write);
      gathered += text;
      if (gathered.length > GATHERED_LENGTH_MAX) write();
      return isBehind(reply.raw) ? drained(reply) : undefined;
    },
    end() {
      clearInterval(timer);
      if (reply.raw.destroyed || reply.raw.writableEnded) return;
      // What is left and the end go as one; ending lets them go.
      reply.raw.socket?.cork();
      write();
      reply.raw.end();
    },
  };
}
