import { formatUsd } from '@q/contract/money';
import { toAppError } from '../../http/error-handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { conversationDeleted } from './prepare-turn.ts';
import type { ChatEvent } from './run-turn.ts';
import { stoppedBy } from './stopped-by.ts';

/** An error as the socket tells it, with whatever else belongs to it. */
export function toErrorFrame(error: unknown, more: object = {}): object {
  const known = toAppError(error) ?? new AppError('internal_error');
  const { message, code, param, type: _type, request_id: _id, ...extra } = known.toBody(null).error;
  return { type: 'error', code, message, param, ...extra, ...more };
}

/** The frame a turn begins with. `turn_id` is the id of its call, by which it is joined. */
export function toSessionFrame(event: Extract<ChatEvent, { type: 'session' }>, turnId: string): object {
  return {
    type: 'session',
    session_id: event.sessionId,
    title: event.title,
    user_message_id: event.userMessageId,
    turn_id: turnId,
  };
}

/** The frame a turn ends with: `done`, or `error` with what was kept and what it cost; nothing is kept in a conversation that was deleted. */
export function toLastFrame(event: Extract<ChatEvent, { type: 'done' }>, isDeleted: boolean): object {
  const { end } = event;
  const paid = { cost_usd: formatUsd(end.costNano), balance_usd: formatUsd(end.balanceNano) };
  if (isDeleted) return toErrorFrame(conversationDeleted(end.costNano > 0n ? 'charged' : 'nothing'), paid);
  const money = { ...paid, message_id: event.messageId };
  if (end.error) return toErrorFrame(end.error, money);
  return {
    type: 'done',
    usage: { input_tokens: end.usage.inputTokens, output_tokens: end.usage.outputTokens },
    ...money,
    finish_reason: event.finishReason,
    images: event.images,
    reasoning_ms: event.reasoningMs,
    stopped_by: stoppedBy(end.outcome),
    receipt: {
      model_id: event.modelId,
      provider: event.provider,
      ttft_ms: end.ttftMs,
      duration_ms: end.durationMs,
      usage_source: end.usageSource,
    },
  };
}
