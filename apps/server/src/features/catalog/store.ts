import type { Queryable } from '../../platform/database/database.ts';
import type { ModelStats, ProviderSpeed } from './model.ts';
import type { NewPriceVersion, PriceVersion } from './price.ts';
import type { SeedModel } from './seed-format.ts';

/** Any number of processes may load or sync at once: one writes, the others wait and then find nothing to do. */
const CATALOG_LOCK = 7_305_117_022;

/** A row of `models` with its provider's name. Days are `YYYY-MM-DD`. */
export interface ModelRow {
  id: string;
  provider: string;
  provider_name: string;
  upstream_model: string;
  name: string;
  description: string;
  version: string | null;
  category: SeedModel['category'];
  endpoints: SeedModel['endpoints'];
  capabilities: SeedModel['capabilities'];
  input_modalities: SeedModel['input_modalities'];
  output_modalities: SeedModel['output_modalities'];
  context_window: number | null;
  provider_context_window: number | null;
  max_output: number | null;
  status: SeedModel['status'];
  successor: string | null;
  released_at: string | null;
  retires_at: string | null;
  free_tier: boolean;
  managed_by: 'catalog' | 'admin' | 'publisher';
  sources: SeedModel['sources'];
  checked_at: string;
  created_at: Date;
  updated_at: Date;
}

/** What a load or a sync writes of one model. */
export type ModelFactsRow = Omit<ModelRow, 'provider_name' | 'managed_by' | 'created_at' | 'updated_at'>;

const FACT_COLUMNS = [
  'id',
  'provider',
  'upstream_model',
  'name',
  'description',
  'version',
  'category',
  'endpoints',
  'capabilities',
  'input_modalities',
  'output_modalities',
  'context_window',
  'provider_context_window',
  'max_output',
  'status',
  'successor',
  'released_at',
  'retires_at',
  'free_tier',
  'sources',
  'checked_at',
] as const satisfies (keyof ModelFactsRow)[];

const UNITS = ['input', 'cached_input', 'cache_write', 'output', 'image'] as const;
const UNIT_KEYS = {
  input: 'input',
  cached_input: 'cachedInput',
  cache_write: 'cacheWrite',
  output: 'output',
  image: 'image',
} as const;

type PriceRow = {
  id: bigint;
  model_id: string;
  provider: string | null;
  mode: PriceVersion['mode'];
  commission_bps: number;
  unit: PriceVersion['unit'];
  valid_from: Date;
} & Record<`${'cost' | 'list'}_${(typeof UNITS)[number]}`, bigint>;

/** Takes the catalog's lock until the transaction ends. */
export async function lockCatalog(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [CATALOG_LOCK]);
}

export async function readModels(db: Queryable): Promise<ModelRow[]> {
  return db.query<ModelRow>(
    `SELECT m.*, m.released_at::text AS released_at, m.retires_at::text AS retires_at, m.checked_at::text AS checked_at,
            p.name AS provider_name
       FROM models m JOIN providers p ON p.id = m.provider
      ORDER BY m.id`,
  );
}

/** By what name prices are looked up: the model's id, and the provider when it is another than the model's own. */
export const offerKey = (modelId: string, provider?: string): string =>
  provider === undefined ? modelId : `${modelId} ${provider}`;

/** By `offerKey`, for each model at each provider the version in force at `now` and all later ones, oldest first. */
export async function readPriceVersions(db: Queryable, now: Date): Promise<Map<string, PriceVersion[]>> {
  const rows = await db.query<PriceRow>(
    `SELECT * FROM (
       (SELECT DISTINCT ON (model_id, provider) * FROM price_versions WHERE valid_from <= $1
         ORDER BY model_id, provider, valid_from DESC)
       UNION ALL
       SELECT * FROM price_versions WHERE valid_from > $1
     ) versions ORDER BY model_id, provider, valid_from`,
    [now],
  );
  const versions = new Map<string, PriceVersion[]>();
  for (const row of rows) {
    const key = offerKey(row.model_id, row.provider ?? undefined);
    const known = versions.get(key);
    if (known) known.push(toPriceVersion(row));
    else versions.set(key, [toPriceVersion(row)]);
  }
  return versions;
}

/** Every price a model has had and will have, at each provider, newest first; at most `limit`. */
export async function readPriceHistory(
  db: Queryable,
  modelId: string,
  limit: number,
): Promise<{ providerName: string; version: PriceVersion }[]> {
  const rows = await db.query<PriceRow & { provider_name: string }>(
    `SELECT v.*, p.name AS provider_name
       FROM price_versions v
       JOIN models m ON m.id = v.model_id
       JOIN providers p ON p.id = coalesce(v.provider, m.provider)
      WHERE v.model_id = $1
      ORDER BY v.valid_from DESC, v.id DESC LIMIT $2`,
    [modelId, limit],
  );
  return rows.map((row) => ({ providerName: row.provider_name, version: toPriceVersion(row) }));
}

function toPriceVersion(row: PriceRow): PriceVersion {
  const prices = (kind: 'cost' | 'list') => ({
    input: row[`${kind}_input`],
    cachedInput: row[`${kind}_cached_input`],
    cacheWrite: row[`${kind}_cache_write`],
    output: row[`${kind}_output`],
    image: row[`${kind}_image`],
  });
  return {
    id: row.id,
    modelId: row.model_id,
    ...(row.provider === null ? {} : { provider: row.provider }),
    mode: row.mode,
    commissionBps: row.commission_bps,
    unit: row.unit,
    cost: prices('cost'),
    list: prices('list'),
    validFrom: row.valid_from,
  };
}

/** Adds providers and brings their names up to date. */
export async function saveProviders(
  tx: Queryable,
  providers: readonly { id: string; name: string; docs_url: string | null }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO providers (id, name, docs_url)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, docs_url = excluded.docs_url`,
    [providers.map(({ id }) => id), providers.map(({ name }) => name), providers.map(({ docs_url }) => docs_url)],
  );
}

function factValue(row: ModelFactsRow, column: (typeof FACT_COLUMNS)[number]): unknown {
  return column === 'sources' ? JSON.stringify(row.sources) : row[column];
}

/** Writes one model's facts: a new row, or the row that bears its id. It is its keeper's from then on. */
export async function saveModel(tx: Queryable, row: ModelFactsRow, keeper: ModelRow['managed_by']): Promise<void> {
  const columns = [...FACT_COLUMNS, 'managed_by'];
  const places = columns.map((_, index) => `$${index + 1}`);
  const updates = columns.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
  await tx.query(
    `INSERT INTO models (${columns.join(', ')}) VALUES (${places.join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}, updated_at = now()`,
    [...FACT_COLUMNS.map((column) => factValue(row, column)), keeper],
  );
}

function comparable(row: ModelFactsRow, column: (typeof FACT_COLUMNS)[number]): string {
  // The database gives the keys of JSON back in an order of its own.
  return JSON.stringify(column === 'sources' ? row.sources.map(({ name, as_of }) => [name, as_of]) : row[column]);
}

/** Names of the facts in which two rows differ. */
export function changedFacts(before: ModelFactsRow, after: ModelFactsRow): string[] {
  return FACT_COLUMNS.filter((column) => comparable(before, column) !== comparable(after, column));
}

export async function addPriceVersion(tx: Queryable, version: NewPriceVersion, source: string): Promise<void> {
  const columns = [
    'model_id',
    'provider',
    'mode',
    'commission_bps',
    'unit',
    'valid_from',
    'source',
    ...UNITS.map((unit) => `cost_${unit}`),
    ...UNITS.map((unit) => `list_${unit}`),
  ];
  await tx.query(
    `INSERT INTO price_versions (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    [
      version.modelId,
      version.provider ?? null,
      version.mode,
      version.commissionBps,
      version.unit,
      version.validFrom,
      source,
      ...UNITS.map((unit) => version.cost[UNIT_KEYS[unit]]),
      ...UNITS.map((unit) => version.list[UNIT_KEYS[unit]]),
    ],
  );
}

interface UsageRow {
  model_id: string;
  usage_count: bigint;
  unique_users: bigint;
  ttft_ms_p50: number | null;
  ttft_ms_p95: number | null;
  tokens_per_second: number | null;
  success_rate: number | null;
}

async function readCalls(db: Queryable, now: Date): Promise<UsageRow[]> {
  return db.query<UsageRow>(
    `SELECT model_id,
            count(*) FILTER (WHERE outcome <> 'upstream_error') AS usage_count,
            count(DISTINCT user_id) FILTER (WHERE outcome <> 'upstream_error') AS unique_users,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY ttft_ms) FILTER (WHERE recent AND ttft_ms IS NOT NULL) AS ttft_ms_p50,
            percentile_cont(0.95) WITHIN GROUP (ORDER BY ttft_ms) FILTER (WHERE recent AND ttft_ms IS NOT NULL) AS ttft_ms_p95,
            (sum(output_tokens) FILTER (WHERE timed) * 1000.0 / sum(duration_ms - ttft_ms) FILTER (WHERE timed))::float8
              AS tokens_per_second,
            (count(*) FILTER (WHERE recent AND outcome <> 'upstream_error')::float8
              / nullif(count(*) FILTER (WHERE recent), 0)) AS success_rate
       FROM (SELECT *, created_at > $1::timestamptz - interval '7 days' AS recent,
                    created_at > $1::timestamptz - interval '7 days' AND outcome = 'completed'
                      AND ttft_ms IS NOT NULL AND duration_ms > ttft_ms AS timed
               FROM calls) recent_calls
      GROUP BY model_id`,
    [now],
  );
}

async function readDailyCalls(db: Queryable, now: Date) {
  return db.query<{ model_id: string; days_ago: number; calls: bigint }>(
    `SELECT model_id, ($1::timestamptz AT TIME ZONE 'UTC')::date - (created_at AT TIME ZONE 'UTC')::date AS days_ago,
            count(*) AS calls
       FROM calls
      WHERE outcome <> 'upstream_error' AND created_at > $1::timestamptz - interval '15 days'
      GROUP BY 1, 2`,
    [now],
  );
}

async function readSpeeds(db: Queryable, now: Date): Promise<(ProviderSpeed & { model_id: string })[]> {
  return db.query(
    `SELECT model_id, provider,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY ttft_ms) AS "ttftMsP50",
            percentile_cont(0.5) WITHIN GROUP (ORDER BY output_tokens * 1000.0 / (duration_ms - ttft_ms))
              FILTER (WHERE outcome = 'completed' AND output_tokens > 1 AND duration_ms > ttft_ms) AS "tokensPerSecondP50"
       FROM calls
      WHERE ttft_ms IS NOT NULL AND created_at > $1::timestamptz - interval '7 days'
      GROUP BY model_id, provider`,
    [now],
  );
}

/** Days of the usage line. */
const DAILY_CALLS_DAYS = 14;

/** No use at all. */
export const NO_STATS: ModelStats = {
  usageCount: 0,
  uniqueUsers: 0,
  ttftMsP50: null,
  ttftMsP95: null,
  tokensPerSecond: null,
  successRate: null,
  dailyCalls: Array<number>(DAILY_CALLS_DAYS).fill(0),
  rating: null,
  reviews: 0,
  speeds: [],
};

/** Figures of every model that has been called, without its ratings. */
export async function readUsage(db: Queryable, now: Date): Promise<Map<string, ModelStats>> {
  const stats = new Map<string, ModelStats>();
  for (const row of await readCalls(db, now)) {
    stats.set(row.model_id, {
      ...NO_STATS,
      usageCount: Number(row.usage_count),
      uniqueUsers: Number(row.unique_users),
      ttftMsP50: row.ttft_ms_p50,
      ttftMsP95: row.ttft_ms_p95,
      tokensPerSecond: row.tokens_per_second,
      successRate: row.success_rate,
    });
  }
  for (const { model_id, days_ago, calls } of await readDailyCalls(db, now)) {
    const figures = stats.get(model_id) ?? NO_STATS;
    const days = [...figures.dailyCalls];
    if (days_ago >= 0 && days_ago < DAILY_CALLS_DAYS) days[DAILY_CALLS_DAYS - 1 - days_ago] = Number(calls);
    stats.set(model_id, { ...figures, dailyCalls: days });
  }
  for (const { model_id, ...speed } of await readSpeeds(db, now)) {
    const figures = stats.get(model_id) ?? NO_STATS;
    stats.set(model_id, { ...figures, speeds: [...figures.speeds, speed] });
  }
  return stats;
}

/** The mean and the number of the reviews of every model that has any. */
export async function readRatings(db: Queryable): Promise<{ model_id: string; rating: number; reviews: bigint }[]> {
  return db.query('SELECT model_id, avg(rating)::float8 AS rating, count(*) AS reviews FROM reviews GROUP BY model_id');
}

/** Totals of the whole marketplace. */
export interface Totals {
  users: number;
  calls: number;
  tokens: number;
}

export async function readTotals(db: Queryable): Promise<Totals> {
  const [users] = await db.query<{ users: bigint }>('SELECT count(*) AS users FROM users');
  const [calls] = await db.query<{ calls: bigint; tokens: string }>(
    `SELECT count(*) AS calls, coalesce(sum(input_tokens + output_tokens), 0)::text AS tokens
       FROM calls WHERE outcome <> 'upstream_error'`,
  );
  return { users: Number(users?.users ?? 0), calls: Number(calls?.calls ?? 0), tokens: Number(calls?.tokens ?? 0) };
}
