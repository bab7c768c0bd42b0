import type { Usage, UsageSource } from '@q/providers/spec/usage';
import { numberArray, textArray } from '../../platform/database/array-parameters.ts';
import { type Database, isUniqueViolation } from '../../platform/database/database.ts';

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
