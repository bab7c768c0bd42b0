import type { ThreadMessage } from './queries.ts';

/** No answer is written for longer without anybody following it. */
const WRITTEN_WITHIN_MS = 10 * 60_000;

/** The newest question of a chat when it has no answer yet; else null. */
export function unanswered(messages: readonly ThreadMessage[]): ThreadMessage | null {
  const newest = messages.at(-1);
  return newest?.role === 'user' ? newest : null;
}

/** True for a question so young that another server may still be writing its answer. */
export function isYoung({ created_at }: Pick<ThreadMessage, 'created_at'>, now: number): boolean {
  return Math.abs(now - Date.parse(created_at)) < WRITTEN_WITHIN_MS;
}
