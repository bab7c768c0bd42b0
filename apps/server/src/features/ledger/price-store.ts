import type { Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';

interface PriceRow {
  id: bigint;
  model_id: string;
  mode: PriceVersion['mode'];
  commission_bps: number;
  unit: PriceVersion['unit'];
  cost_input: bigint;
  cost_cached_input: bigint;
  cost_cache_write: bigint;
  cost_output: bigint;
  cost_image: bigint;
  list_input: bigint;
  list_cached_input: bigint;
  list_cache_write: bigint;
  list_output: bigint;
  list_image: bigint;
  valid_from: Date;
}

/** The price versions with these ids, whatever has come into force since: a call is charged at the price it was held at. */
export async function priceVersions(db: Queryable, ids: readonly bigint[]): Promise<Map<bigint, PriceVersion>> {
  const rows = await db.query<PriceRow>('SELECT * FROM price_versions WHERE id = ANY($1::bigint[])', [
    [...new Set(ids)],
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        modelId: row.model_id,
        mode: row.mode,
        commissionBps: row.commission_bps,
        unit: row.unit,
        cost: {
          input: row.cost_input,
          cachedInput: row.cost_cached_input,
          cacheWrite: row.cost_cache_write,
          output: row.cost_output,
          image: row.cost_image,
        },
        list: {
          input: row.list_input,
          cachedInput: row.list_cached_input,
          cacheWrite: row.list_cache_write,
          output: row.list_output,
          image: row.list_image,
        },
        validFrom: row.valid_from,
      },
    ]),
  );
}
