import { openAnswerStream } from './answer-stream.ts';
import type { RawReply } from './raw-reply.ts';

/** A server-sent-event answer under way. */
export interface SseWriter {
  /** Sends one frame, with the name of its `event` if it has one. Where the reader is behind, a promise that resolves when it can take more, or has gone. */
  send(data: string, event?: string): Promise<void> | undefined;
  end(): void;
}

/** Begins an event stream. Comments keep the connection while nothing is sent. */
export function openSse(reply: RawReply, headers: Record<string, string> = {}): SseWriter {
  const all = { ...headers, 'content-type': 'text/event-stream; charset=utf-8' };
  const stream = openAnswerStream(reply, all, ': waiting\n\n');
  return {
    send: (data, event) =>
      stream.write(event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`),
    end: stream.end,
  };
}
