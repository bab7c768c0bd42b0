import type { ChatResult } from '../spec/chat-model.ts';
import type { StreamPart } from '../spec/stream-part.ts';

/** The parts of a whole answer that came where a stream was asked for. */
export function partsOfResult({ choices, usage }: Pick<ChatResult, 'choices' | 'usage'>): StreamPart[] {
  const parts: StreamPart[] = [];
  for (const [choice, answer] of choices.entries()) {
    if (answer.reasoning !== '') parts.push({ type: 'reasoning-delta', choice, text: answer.reasoning });
    if (answer.text !== '') parts.push({ type: 'text-delta', choice, text: answer.text });
    if (answer.refusal !== null) parts.push({ type: 'refusal-delta', choice, text: answer.refusal });
    for (const [index, { id, function: called }] of answer.toolCalls.entries())
      parts.push({ type: 'tool-call-delta', choice, index, id, name: called.name, arguments: called.arguments });
    parts.push({ type: 'finish', choice, reason: answer.finishReason, raw: answer.rawFinishReason });
  }
  if (usage !== null) parts.push({ type: 'usage', usage });
  return parts;
}
