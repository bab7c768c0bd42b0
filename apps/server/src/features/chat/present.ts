import { formatUsd } from '@q/contract/money';
import type { MessageRow, SessionRow } from './store.ts';

/** A conversation as the API shows it. */
export function toSession(row: SessionRow) {
  return {
    id: row.id,
    title: row.title,
    model_id: row.model_id,
    parameters: row.parameters,
    message_count: row.message_count,
    cost_usd: formatUsd(row.cost_nano),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** A message as the API shows it. */
export function toMessage(row: MessageRow) {
  const counted = row.input_tokens !== null && row.output_tokens !== null;
  return {
    id: row.id,
    role: row.role,
    content: row.content,
    model_id: row.model_id,
    usage: counted ? { input_tokens: Number(row.input_tokens), output_tokens: Number(row.output_tokens) } : null,
    cost_usd: row.cost_nano === null ? null : formatUsd(row.cost_nano),
    finish_reason: row.finish_reason,
    receipt: row.receipt,
    created_at: row.created_at.toISOString(),
  };
}
