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
  /** When it ended, in milliseconds since 1970 by our own clock. */
  endedAt: number;
}

/** Appends lines to the log, `ageMs` milliseconds after their calls ended; a call that is there already stays as it is. */
export async function insertCalls(
  database: Database,
  calls: readonly (CallRecord & { ageMs: number })[],
): Promise<void> {
  await database.query(
    `INSERT INTO calls (id, user_id, api_key_id, model_id, provider, streamed, outcome, error_code, input_tokens, cached_input_tokens,
       output_tokens, reasoning_tokens, cost_nano, usage_source, ttft_ms, duration_ms, created_at)
     SELECT id, user_id, api_key_id, model_id, provider, streamed, outcome, error_code, input_tokens, cached_input_tokens,
       output_tokens, reasoning_tokens, cost_nano, usage_source, ttft_ms, duration_ms, now() - age_ms * interval '1 ms'
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::bigint[],
       $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[], $15::int[], $16::int[], $17::int[])
       AS c (id, user_id, api_key_id, model_id, provider, streamed, outcome, error_code, input_tokens, cached_input_tokens,
         output_tokens, reasoning_tokens, cost_nano, usage_source, ttft_ms, duration_ms, age_ms)
     ON CONFLICT (id) DO NOTHING`,
    [
      calls.map((call) => call.id),
      calls.map((call) => call.userId),
      calls.map((call) => call.apiKeyId),
      calls.map((call) => call.modelId),
      calls.map((call) => call.provider),
      calls.map((call) => call.streamed),
      calls.map((call) => call.outcome),
      calls.map((call) => call.errorCode),
      calls.map((call) => call.usage?.inputTokens ?? 0),
      calls.map((call) => call.usage?.cachedInputTokens ?? 0),
      calls.map((call) => call.usage?.outputTokens ?? 0),
      calls.map((call) => call.usage?.reasoningTokens ?? 0),
      calls.map((call) => call.costNano),
      calls.map((call) => call.usageSource),
      calls.map((call) => call.ttftMs),
      calls.map((call) => call.durationMs),
      calls.map((call) => call.ageMs),
    ],
    'insert-calls',
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
