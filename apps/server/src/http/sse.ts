import type { FastifyReply } from 'fastify';

/** A reader that takes nothing for this long is dropped. */
const STALLED_MS_MAX = 60_000;
/** A comment is sent when nothing else was for this long, so that proxies keep the connection. */
const HEARTBEAT_MS = 15_000;

/** A server-sent-event answer under way. */
export interface SseWriter {
  /** Writes one `data:` frame; resolves when the reader can take more, or has gone. */
  send(data: string): Promise<void>;
  end(): void;
  /** True once the reader has gone. */
  readonly gone: boolean;
}

/** Resolves when the socket can take more, has closed, or has stalled (it is destroyed then). */
function drained(reply: FastifyReply): Promise<void> {
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
  return {
    async send(data) {
      if (reply.raw.destroyed || reply.raw.writableEnded) return;
      heartbeat.refresh();
      if (!reply.raw.write(`data: ${data}\n\n`)) await drained(reply);
    },
    end() {
      clearInterval(heartbeat);
      if (!reply.raw.destroyed) reply.raw.end();
    },
    get gone() {
      return reply.raw.destroyed;
    },
  };
}
