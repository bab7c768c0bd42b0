import { type RawReply, writeJson } from './raw-reply.ts';

/**
 * Answers 200 with JSON past Fastify's own way to an answer, which looks for a serializer and walks hooks that change nothing here.
 * For the busiest routes.
 */
export function sendJsonPlainly(reply: RawReply, headers: Record<string, string>, body: object): void {
  writeJson(reply, { status: 200, headers, body });
}
