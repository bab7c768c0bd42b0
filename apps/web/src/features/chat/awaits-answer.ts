import type { ThreadMessage } from './queries.ts';

/** No answer is written for longer without anybody following it. */
const WRITTEN_WITHIN_MS = 10 * 60_000;

/** True for a chat whose newest question has no answer yet and is young: another server may be writing it. */
export function awaitsAnswer(messages: readonly ThreadMessage[], now: number): boolean {
  const newest = messages.at(-1);
  return newest?.role === 'user' && Math.abs(now - Date.parse(newest.created_at)) < WRITTEN_WITHIN_MS;
}
