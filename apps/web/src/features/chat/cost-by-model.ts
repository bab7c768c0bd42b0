import { formatUsd, parseUsd } from '@q/contract/money';
import type { ChatMessage } from '@q/contract/sessions';
import { t } from './strings.ts';

/** What one model has answered in a chat, and what that cost as a decimal string of dollars. */
export interface ModelCost {
  modelId: string;
  answers: number;
  input: number;
  output: number;
  costUsd: string;
}

/** The answers of a chat by model, the dearest first. */
export function costByModel(
  messages: readonly Pick<ChatMessage, 'role' | 'model_id' | 'usage' | 'cost_usd'>[],
): ModelCost[] {
  const rows = new Map<string, { answers: number; input: number; output: number; nano: bigint }>();
  for (const { role, model_id, usage, cost_usd } of messages) {
    if (role !== 'assistant') continue;
    const key = model_id ?? t('unknown');
    const row = rows.get(key) ?? { answers: 0, input: 0, output: 0, nano: 0n };
    row.answers += 1;
    row.input += usage?.input_tokens ?? 0;
    row.output += usage?.output_tokens ?? 0;
    row.nano += (cost_usd === null ? null : parseUsd(cost_usd)) ?? 0n;
    rows.set(key, row);
  }
  return [...rows]
    .sort(([, left], [, right]) => (left.nano < right.nano ? 1 : -1))
    .map(([modelId, { nano, ...row }]) => ({ modelId, ...row, costUsd: formatUsd(nano) }));
}
