import type { CommissionScope } from '@q/contract/administration-money';
import type { Queryable } from '../../platform/database/database.ts';
import type { CommissionRate } from './commission-rates.ts';

const COLUMNS = 'id, scope, subject, bps, valid_from AS "validFrom", actor AS "actorId", reason';

/** The newest rate of each scope and subject. */
export async function ratesInForce(db: Queryable): Promise<CommissionRate[]> {
  return db.query<CommissionRate>(
    `SELECT DISTINCT ON (scope, subject) ${COLUMNS} FROM commission_rates ORDER BY scope, subject, id DESC`,
  );
}

/** One page of every rate ever set, newest first, and how many there are. */
export async function listRates(
  db: Queryable,
  page: { limit: number; offset: number },
): Promise<{ rows: (CommissionRate & { inForce: boolean })[]; total: number }> {
  const rows = await db.query<CommissionRate & { inForce: boolean }>(
    `SELECT ${COLUMNS}, NOT EXISTS (
       SELECT 1 FROM commission_rates later WHERE later.scope = r.scope AND later.subject IS NOT DISTINCT FROM r.subject AND later.id > r.id
     ) AS "inForce" FROM commission_rates r ORDER BY id DESC LIMIT $1 OFFSET $2`,
    [page.limit, page.offset],
  );
  const [count] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM commission_rates');
  return { rows, total: count?.n ?? 0 };
}

/** Sets a rate from `validFrom` on. */
export async function insertRate(tx: Queryable, rate: Omit<CommissionRate, 'id'>): Promise<void> {
  await tx.query(
    'INSERT INTO commission_rates (scope, subject, bps, valid_from, actor, reason) VALUES ($1, $2, $3, $4, $5, $6)',
    [rate.scope, rate.subject, rate.bps, rate.validFrom, rate.actorId, rate.reason],
  );
}

/** True when there is such a publisher or model; the house is always there. */
export async function subjectExists(db: Queryable, scope: CommissionScope, subject: string | null): Promise<boolean> {
  if (scope === 'house') return true;
  const table = scope === 'model' ? 'models' : 'providers';
  return (await db.query(`SELECT 1 FROM ${table} WHERE id = $1`, [subject])).length > 0;
}
