import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { Database } from '../../platform/database/database.ts';

/** One line of the request log: figures and outcome, never a prompt or an answer. */
export interface CallRecord {
  id: string;
  userId: string;
  apiKeyId: string | null;
  modelId: string;
  provider: string;
  streamed: boolean;
  outcome: string;
  errorCode: string | null;
  usage: Usage | null;
  usageSource: UsageSource | null;
  costNano: bigint;
  ttftMs: number | null;
  durationMs: number;
}

/** Appends one call to the log; a call that is there already stays as it is. */
export async function insertCall(database: Database, call: CallRecord): Promise<void> {
  await database.query(
    `INSERT INTO calls (id, user_id, api_key_id, model_id, provider, streamed, outcome, error_code, input_tokens, cached_input_tokens,
       output_tokens, reasoning_tokens, cost_nano, usage_source, ttft_ms, duration_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (id) DO NOTHING`,
    [
      call.id,
      call.userId,
      call.apiKeyId,
      call.modelId,
      call.provider,
      call.streamed,
      call.outcome,
      call.errorCode,
      call.usage?.inputTokens ?? 0,
      call.usage?.cachedInputTokens ?? 0,
      call.usage?.outputTokens ?? 0,
      call.usage?.reasoningTokens ?? 0,
      call.costNano,
      call.usageSource,
      call.ttftMs,
      call.durationMs,
    ],
    'insert-call',
  );
}

/** One row of a person's usage list. */
export interface CallRow {
  id: string;
  model_id: string;
  provider: string;
  api_key_id: string | null;
  streamed: boolean;
  outcome: string;
  error_code: string | null;
  input_tokens: bigint;
  cached_input_tokens: bigint;
  output_tokens: bigint;
  reasoning_tokens: bigint;
  cost_nano: bigint;
  usage_source: string | null;
  ttft_ms: number | null;
  duration_ms: number;
  created_at: Date;
}

/** A page of a person's calls, newest first, and how many there are. */
export async function listCalls(
  database: Database,
  filter: { userId: string; model: string | null; limit: number; offset: number },
): Promise<{ rows: CallRow[]; total: number }> {
  const where = 'user_id = $1 AND ($2::text IS NULL OR model_id = $2)';
  const [rows, count] = await Promise.all([
    database.query<CallRow>(
      `SELECT id, model_id, provider, api_key_id, streamed, outcome, error_code, input_tokens, cached_input_tokens, output_tokens,
         reasoning_tokens, cost_nano, usage_source, ttft_ms, duration_ms, created_at
       FROM calls WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4`,
      [filter.userId, filter.model, filter.limit, filter.offset],
    ),
    database.query<{ n: number }>(`SELECT count(*)::int AS n FROM calls WHERE ${where}`, [filter.userId, filter.model]),
  ]);
  return { rows, total: count[0]?.n ?? 0 };
}
