import type { Database } from '../../platform/database/database.ts';

const CALLS_LOOKED_AT = 200;
/** Fewer calls than this say little about a model. */
const CALLS_MIN = 20;

/** The median of the output tokens of each model's last completed calls; models that were hardly called are left out. */
export async function typicalOutputTokens(
  database: Database,
  modelIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await database.query<{ model_id: string; tokens: number }>(
    `SELECT m.model_id, (percentile_disc(0.5) WITHIN GROUP (ORDER BY c.output_tokens))::int AS tokens
     FROM unnest($1::text[]) AS m (model_id), LATERAL (
       SELECT output_tokens FROM calls WHERE model_id = m.model_id AND outcome = 'completed' ORDER BY created_at DESC LIMIT ${CALLS_LOOKED_AT}
     ) c GROUP BY 1 HAVING count(*) >= ${CALLS_MIN}`,
    [[...new Set(modelIds)]],
  );
  return new Map(rows.map((row) => [row.model_id, row.tokens]));
}
