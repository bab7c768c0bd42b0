import type { Usage } from '@q/providers/spec/usage';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import { grossOf } from './charge.ts';
import { priceVersions } from './price-store.ts';

/** The verdict on one invariant; `detail` names the first wrong row. */
interface InvariantResult {
  id: string;
  ok: boolean;
  detail: string;
}

/** The verdict on the books. `checked` is the number of transfers looked at. */
export interface LedgerCheck {
  ok: boolean;
  checked: number;
  invariants: InvariantResult[];
}

/** Each query answers the first few rows that break the invariant, as `what`. */
const QUERIES: { id: string; rule: string; sql: string }[] = [
  {
    id: 'I1',
    rule: 'every wallet equals the fold of its transfers',
    sql: `SELECT 'wallet ' || a.code || ': posted ' || w.posted || ', transfers say ' || (COALESCE(c.sum, 0) - COALESCE(d.sum, 0)) AS what
      FROM wallets w JOIN accounts a ON a.id = w.account_id
      LEFT JOIN (SELECT credit_account AS id, sum(amount) FROM transfers GROUP BY 1) c ON c.id = w.account_id
      LEFT JOIN (SELECT debit_account AS id, sum(amount) FROM transfers GROUP BY 1) d ON d.id = w.account_id
      WHERE w.posted <> COALESCE(c.sum, 0) - COALESCE(d.sum, 0) ORDER BY a.id LIMIT 1`,
  },
  {
    id: 'I2',
    rule: 'debits equal credits in each asset',
    sql: `SELECT 'transfer ' || t.id || ' moves between assets ' || d.asset || ' and ' || c.asset AS what
      FROM transfers t JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
      WHERE d.asset <> c.asset ORDER BY t.id LIMIT 1`,
  },
  {
    id: 'I3',
    rule: 'held money equals the open holds of the wallet',
    sql: `SELECT 'wallet ' || a.code || ': held ' || w.held || ', open holds say ' || COALESCE(o.sum, 0) AS what
      FROM wallets w JOIN accounts a ON a.id = w.account_id
      LEFT JOIN (
        SELECT l.account_id, sum(l.amount) FROM hold_lines l
        WHERE NOT EXISTS (SELECT 1 FROM hold_resolutions r WHERE r.hold_id = l.hold_id) GROUP BY 1
      ) o ON o.account_id = w.account_id
      WHERE w.held <> COALESCE(o.sum, 0) ORDER BY a.id LIMIT 1`,
  },
  {
    id: 'I4',
    rule: 'a hold ends at most once and is charged at most what it held',
    sql: `SELECT 'hold ' || r.hold_id || ': charged ' || r.amount || ' of ' || COALESCE(l.sum, 0) AS what
      FROM hold_resolutions r LEFT JOIN (
        SELECT h.hold_id, sum(h.amount) FROM hold_lines h JOIN wallets w ON w.account_id = h.account_id WHERE w.bucket <> 'free_tokens' GROUP BY 1
      ) l ON l.hold_id = r.hold_id
      WHERE r.amount > COALESCE(l.sum, 0) ORDER BY r.hold_id LIMIT 1`,
  },
  {
    id: 'I5',
    rule: 'the journal of a charge debits exactly the charged amount',
    sql: `SELECT 'hold ' || r.hold_id || ': charged ' || r.amount || ', journal debits ' || COALESCE(j.sum, 0) AS what
      FROM hold_resolutions r
      LEFT JOIN (
        SELECT j.hold_id, sum(t.amount) FROM journals j JOIN transfers t ON t.journal_id = j.id JOIN wallets w ON w.account_id = t.debit_account
        WHERE j.kind = 'charge' AND w.bucket <> 'free_tokens' GROUP BY 1
      ) j ON j.hold_id = r.hold_id
      WHERE r.amount <> COALESCE(j.sum, 0) ORDER BY r.hold_id LIMIT 1`,
  },
  {
    id: 'I6',
    rule: 'no wallet is below its floor',
    sql: `SELECT 'wallet ' || a.code || ' has ' || (w.posted - w.held) || ' available' AS what
      FROM wallets w JOIN accounts a ON a.id = w.account_id
      WHERE w.posted - w.held < w.floor AND w.status = 'active' ORDER BY a.id LIMIT 1`,
  },
  {
    id: 'I10',
    rule: 'no hold stays open a minute after its lease',
    sql: `SELECT 'hold ' || hold_id || ' has been open since its lease ended at ' || lease_until AS what
      FROM hold_progress WHERE lease_until < now() - interval '60 seconds' ORDER BY lease_until LIMIT 1`,
  },
  {
    id: 'I11',
    rule: 'refunds of a call take from nobody more than it earned them, and give no wallet more than it paid',
    sql: `WITH legs AS (
        SELECT j.hold_id, t.debit_account, t.credit_account, t.amount FROM journals j JOIN transfers t ON t.journal_id = j.id WHERE j.kind = 'refund'
      ),
      back AS (
        SELECT hold_id, 'take' AS verb, debit_account AS id, sum(amount) AS sum FROM legs GROUP BY 1, 3
        UNION ALL
        SELECT hold_id, 'give', credit_account, sum(amount) FROM legs JOIN wallets w ON w.account_id = credit_account GROUP BY 1, 3
      )
      SELECT 'call ' || b.hold_id || ': refunds ' || b.verb || ' ' || b.sum || ' of ' || COALESCE(c.sum, 0) || ' at account ' || a.code AS what
      FROM back b JOIN accounts a ON a.id = b.id
      LEFT JOIN LATERAL (
        SELECT sum(t.amount) FROM journals j JOIN transfers t ON t.journal_id = j.id JOIN wallets w ON w.account_id = t.debit_account
        WHERE j.kind = 'charge' AND j.hold_id = b.hold_id AND b.id = CASE b.verb WHEN 'take' THEN t.credit_account ELSE t.debit_account END
      ) c ON true
      WHERE b.sum > COALESCE(c.sum, 0) ORDER BY b.hold_id LIMIT 1`,
  },
];

const RERATE_BATCH = 5_000;

interface Rated {
  hold_id: string;
  gross: bigint;
  usage: Usage;
  price_version_id: bigint;
  mode: PriceVersion['mode'];
  fee_bps: number | null;
}

/** I12: pricing the stored usage again with the call's own price version must give what was charged (and the platform's overrun). */
async function rerate(db: Queryable): Promise<InvariantResult> {
  let after = '';
  for (;;) {
    const rows = await db.query<Rated>(
      `SELECT r.hold_id, (r.amount + r.overrun + r.subsidy)::bigint AS gross, r.usage, h.price_version_id, h.mode, h.fee_bps
       FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id
       WHERE r.kind = 'settle' AND r.hold_id > $1 ORDER BY r.hold_id LIMIT ${RERATE_BATCH}`,
      [after],
    );
    const prices = await priceVersions(
      db,
      rows.map((row) => row.price_version_id),
    );
    for (const row of rows) {
      const price = prices.get(row.price_version_id);
      const terms = { mode: row.mode, ...(row.fee_bps === null ? {} : { feeBps: row.fee_bps }) };
      const again = price ? grossOf(row.usage, { ...price, ...terms }) : null;
      if (again !== row.gross)
        return {
          id: 'I12',
          ok: false,
          detail: `hold ${row.hold_id}: charged ${row.gross}, its usage is worth ${again}`,
        };
    }
    const last = rows.at(-1);
    if (!last || rows.length < RERATE_BATCH) break;
    after = last.hold_id;
  }
  return { id: 'I12', ok: true, detail: 'every charge can be computed again from its usage and its price version' };
}

/** Runs all invariants on one snapshot of the database. */
export async function checkInvariants(database: Database): Promise<LedgerCheck> {
  return database.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await tx.query("SET LOCAL statement_timeout = '120s'");
    const invariants: InvariantResult[] = [];
    for (const { id, rule, sql } of QUERIES) {
      const [wrong] = await tx.query<{ what: string }>(sql);
      invariants.push({ id, ok: wrong === undefined, detail: wrong?.what ?? rule });
    }
    invariants.push(await rerate(tx));
    const [count] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM transfers');
    return { ok: invariants.every((invariant) => invariant.ok), checked: count?.n ?? 0, invariants };
  });
}
