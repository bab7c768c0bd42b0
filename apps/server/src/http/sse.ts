import type { FastifyReply } from 'fastify';

/** A reader that takes nothing for this long is dropped. */
const STALLED_MS_MAX = 60_000;
/** A comment is sent when nothing else was for this long, so that proxies keep the connection. */
const HEARTBEAT_MS = 15_000;

/** Text that waits to be written is written at once when it is longer than this. */
const GATHERED_LENGTH_MAX = 64 * 1024;

/** A server-sent-event answer under way. */
export interface SseWriter {
  /** Sends one frame, with the name of its `event` if it has one. Where the reader is behind, a promise that resolves when it can take more, or has gone. */
  send(data: string, event?: string): Promise<void> | undefined;
  end(): void;
  /** True once the reader has gone. */
  readonly gone: boolean;
}

/** Resolves when the socket can take more, has closed, or has stalled (it is destroyed then). */
export function drained(reply: FastifyReply): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(stalled);
      reply.raw.off('drain', done);
      reply.raw.off('close', done);
      resolve();
    };
    const stalled = setTimeout(() => reply.raw.destroy(), STALLED_MS_MAX);
    reply.raw.once('drain', done);
    reply.raw.once('close', done);
  });
}

/**
 * Takes the answer over from Fastify and opens an event stream with the headers set so far.
 * Back-pressure is passed on: `send` waits for a slow reader, so that the upstream is read no faster.
 * Frames that are sent in one turn of the event loop go out as one piece.
 */
export function openSse(reply: FastifyReply, headers: Record<string, string> = {}): SseWriter {
  reply.hijack();
  const set = Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]),
  );
  reply.raw.writeHead(200, {
    ...set,
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx buffers streams unless it is told not to.
    'x-accel-buffering': 'no',
  });
  reply.raw.flushHeaders();
  reply.raw.on('error', () => undefined);
  const heartbeat = setInterval(() => reply.raw.write(': waiting\n\n'), HEARTBEAT_MS);
  reply.raw.once('close', () => clearInterval(heartbeat));
  let gathered = '';
  const write = () => {
    if (gathered === '' || reply.raw.destroyed || reply.raw.writableEnded) return;
    heartbeat.refresh();
    reply.raw.write(gathered);
    gathered = '';
  };
  return {
    send(data, event) {
      if (reply.raw.destroyed || reply.raw.writableEnded) return undefined;
      // The next tick comes when no promise is left to run: after all that the upstream's last piece held.
      if (gathered === '') process.nextTick(write);
      gathered += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
      if (gathered.length > GATHERED_LENGTH_MAX) write();
      return reply.raw.writableNeedDrain ? drained(reply) : undefined;
    },
    end() {
      clearInterval(heartbeat);
      write();
      if (!reply.raw.destroyed) reply.raw.end();
    },
    get gone() {
      return reply.raw.destroyed;
    },
  };
}
