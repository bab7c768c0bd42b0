import type { Usage, UsageSource } from '@q/providers/spec/usage';
import { numberArray, textArray } from '../../platform/database/array-parameters.ts';
import { type Database, isUniqueViolation, type Queryable } from '../../platform/database/database.ts';

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

const INSERT_CALLS = `
  INSERT INTO calls (id, user_id, api_key_id, model_id, provider, streamed, outcome, error_code, input_tokens, cached_input_tokens,
    output_tokens, reasoning_tokens, cost_nano, usage_source, ttft_ms, duration_ms, created_at)
  SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::int[]) = 1,
    unnest($7::text[]), unnest($8::text[]), unnest($9::bigint[]), unnest($10::bigint[]), unnest($11::bigint[]), unnest($12::bigint[]),
    unnest($13::bigint[]), unnest($14::text[]), unnest($15::int[]), unnest($16::int[]), now() - unnest($17::int[]) * interval '1 ms'`;

/** Appends lines to the log, `ageMs` milliseconds after their calls ended; a call that is there already stays as it is. */
export async function insertCalls(
  database: Database,
  calls: readonly (CallRecord & { ageMs: number })[],
): Promise<void> {
  const values = [
    textArray(calls.map((call) => call.id)),
    textArray(calls.map((call) => call.userId)),
    textArray(calls.map((call) => call.apiKeyId)),
    textArray(calls.map((call) => call.modelId)),
    textArray(calls.map((call) => call.provider)),
    numberArray(calls.map((call) => (call.streamed ? 1 : 0))),
    textArray(calls.map((call) => call.outcome)),
    textArray(calls.map((call) => call.errorCode)),
    numberArray(calls.map((call) => call.usage?.inputTokens ?? 0)),
    numberArray(calls.map((call) => call.usage?.cachedInputTokens ?? 0)),
    numberArray(calls.map((call) => call.usage?.outputTokens ?? 0)),
    numberArray(calls.map((call) => call.usage?.reasoningTokens ?? 0)),
    numberArray(calls.map((call) => call.costNano)),
    textArray(calls.map((call) => call.usageSource)),
    numberArray(calls.map((call) => call.ttftMs)),
    numberArray(calls.map((call) => call.durationMs)),
    numberArray(calls.map((call) => call.ageMs)),
  ];
  try {
    await database.query(INSERT_CALLS, values, 'insert-calls');
  } catch (error) {
    // To be ready for a call that is there costs a third more: only asked for when there is one.
    if (!isUniqueViolation(error)) throw error;
    await database.query(`${INSERT_CALLS} ON CONFLICT (id) DO NOTHING`, values);
  }
}

/** Processes write their lines within a second or two of the end; so much later one is missing. */
const MISSING_AFTER_SECONDS = 10;

/**
 * Appends the lines of calls that ended in the last so many minutes and have none, made from the books: their process died before it could
 * write them. To be run in a transaction. Answers how many. How such a call was answered is not in the books, but that one stopped at a checkpoint was streamed.
 */
export async function insertMissingCalls(tx: Queryable, minutes: number): Promise<number> {
  // Found by time and then by key: however many calls came before, none of them is read.
  for (const way of ['seqscan', 'hashjoin', 'mergejoin']) await tx.query(`SET LOCAL enable_${way} = off`);
  const rows = await tx.query(
    `INSERT INTO calls (id, user_id, api_key_id, model_id, provider, streamed, outcome, error_code, input_tokens, cached_input_tokens,
       output_tokens, reasoning_tokens, cost_nano, usage_source, duration_ms, created_at)
     SELECT h.id, h.user_id, h.api_key_id, h.model_id, h.provider, CASE WHEN r.usage_source = 'checkpoint' THEN true END,
       CASE r.reason WHEN 'process_died_before_output' THEN 'process_died' WHEN 'zero_completion' THEN 'completed' ELSE r.reason END,
       CASE WHEN r.reason = 'upstream_error' THEN r.attempts -> -1 ->> 'outcome' END,
       COALESCE((r.usage ->> 'inputTokens')::bigint, 0), COALESCE((r.usage ->> 'cachedInputTokens')::bigint, 0),
       COALESCE((r.usage ->> 'outputTokens')::bigint, 0), COALESCE((r.usage ->> 'reasoningTokens')::bigint, 0),
       r.amount, COALESCE(r.usage_source, 'counted'),
       LEAST(extract(epoch FROM r.resolved_at - h.created_at) * 1000, 2147483647)::int, r.resolved_at
     FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id
     WHERE r.resolved_at > now() - $1::int * interval '1 minute' AND r.reason NOT IN ('not_confirmed', 'not_delivered')
       AND (r.resolved_at < now() - interval '${MISSING_AFTER_SECONDS} seconds' OR r.reason LIKE 'process_died%')
       AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.id = r.hold_id)
     ON CONFLICT (id) DO NOTHING RETURNING 1`,
    [minutes],
  );
  return rows.length;
}

/** One row of a person's usage list. */
export interface CallRow {
  id: string;
  model_id: string;
  provider: string;
  api_key_id: string | null;
  /** Null when nobody was left to say. */
  streamed: boolean | null;
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
