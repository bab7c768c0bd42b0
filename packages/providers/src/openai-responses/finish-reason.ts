import { finishWord } from '../convert/finish-word.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import type { FinishReason } from '../spec/chat-model.ts';

/** `incomplete_details.reason`. */
const WORDS: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['max_tokens', 'length'],
  ['length', 'length'],
  ['content_filter', 'content_filter'],
]);

/**
 * Why an answer ended. The Responses API tells it by `status`, by `incomplete_details.reason` where the answer was cut off, and by nothing at all
 * where it ends with tool calls. `raw` is the reason or, without one, the status.
 */
export function readFinish(
  response: Loose<'status' | 'incomplete_details'>,
  toolCalls: number,
): { reason: FinishReason; raw: string | null } {
  const status = asText(response.status);
  const word = status === 'incomplete' ? asText(asObject<'reason'>(response.incomplete_details)?.reason) : null;
  const told = finishWord(WORDS, word ?? status ?? 'stop');
  return told.reason === 'stop' && toolCalls > 0 ? { ...told, reason: 'tool_calls' } : told;
}
