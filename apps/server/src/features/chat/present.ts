import { formatUsd } from '@q/contract/money';
import { excerptOf } from './excerpt.ts';
import { plainWords } from './plain-words.ts';
import type { HitRow, MessageRow, SessionRow } from './store.ts';

/** A conversation as the API shows it. */
export function toSession(row: SessionRow) {
  return {
    id: row.id,
    title: row.title,
    model_id: row.model_id,
    parameters: row.parameters,
    head_id: row.head_id,
    message_count: row.message_count,
    cost_usd: formatUsd(row.cost_nano),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** The figures beside an answer, and what ended it early. */
function toReceipt(kept: MessageRow['receipt']) {
  if (kept === null) return { stopped_by: null, receipt: null };
  const { stopped_by = null, ...receipt } = kept;
  return { stopped_by, receipt };
}

/** A message as the API shows it. */
export function toMessage(row: MessageRow) {
  const counted = row.input_tokens !== null && row.output_tokens !== null;
  return {
    id: row.id,
    parent_id: row.parent_id,
    alternatives: row.alternatives,
    role: row.role,
    content: row.content,
    images: row.images,
    reasoning: row.reasoning,
    reasoning_ms: row.reasoning_ms,
    model_id: row.model_id,
    usage: counted ? { input_tokens: Number(row.input_tokens), output_tokens: Number(row.output_tokens) } : null,
    cost_usd: row.cost_nano === null ? null : formatUsd(row.cost_nano),
    finish_reason: row.finish_reason,
    ...toReceipt(row.receipt),
    thumb: row.thumb,
    created_at: row.created_at.toISOString(),
  };
}

/** A found message as the API shows it: the words around the first place; those of an answer without its Markdown. */
export function toHit({ content, created_at, ...row }: HitRow, q: string) {
  const words = row.role === 'assistant' ? plainWords(content) : content;
  return { ...row, excerpt: excerptOf(words, q), created_at: created_at.toISOString() };
}
