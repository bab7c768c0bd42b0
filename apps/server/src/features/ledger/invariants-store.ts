import type { Queryable } from '../../platform/database/database.ts';

/** A rule of the books that one query can check. */
interface Invariant {
  id: string;
  rule: string;
  /** Answers the first row that breaks the rule, as `what`; no row when it holds. */
  sql: string;
}

/** Wallets that hold money; those of free tokens count something else. */
const MONEY = "(SELECT account_id FROM wallets WHERE bucket <> 'free_tokens')";

/** What the payers of a call (wallets of money, and the platform for free tokens) gave to each kind of account. */
const CHARGES = `
  SELECT j.hold_id,
    sum(t.amount) FILTER (WHERE m.account_id IS NOT NULL) AS from_wallets,
    sum(t.amount) FILTER (WHERE d.code = 'expense:free_tokens') AS from_platform,
    sum(t.amount) FILTER (WHERE d.code = 'expense:overrun') AS overrun,
    sum(t.amount) FILTER (WHERE d.code = 'expense:provider_cost') AS cost,
    sum(t.amount) FILTER (WHERE c.code = 'revenue:commission') AS commission,
    sum(t.amount) FILTER (WHERE c.code LIKE 'payable:publisher:%') AS share,
    count(DISTINCT j.id) AS journals
  FROM journals j LEFT JOIN transfers t ON t.journal_id = j.id
  LEFT JOIN accounts d ON d.id = t.debit_account LEFT JOIN accounts c ON c.id = t.credit_account
  LEFT JOIN ${MONEY} m ON m.account_id = t.debit_account
  WHERE j.kind = 'charge' GROUP BY j.hold_id`;

/** The rules whose truth every start of the server depends on: what people have, and what is set aside. */
export const BALANCE_INVARIANTS: readonly Invariant[] = [
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
    rule: 'every transfer has its journal and two accounts of one asset, so that debits equal credits',
    sql: `SELECT 'transfer ' || t.id || CASE WHEN j.id IS NULL THEN ' has no journal' WHEN d.id IS NULL OR c.id IS NULL THEN ' has no account'
        ELSE ' moves between assets ' || d.asset || ' and ' || c.asset END AS what
      FROM transfers t LEFT JOIN journals j ON j.id = t.journal_id
      LEFT JOIN accounts d ON d.id = t.debit_account LEFT JOIN accounts c ON c.id = t.credit_account
      WHERE j.id IS NULL OR d.asset IS DISTINCT FROM c.asset OR d.id IS NULL ORDER BY t.id LIMIT 1`,
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
    id: 'I6',
    rule: 'no wallet is below its floor',
    sql: `SELECT 'wallet ' || a.code || ' has ' || (w.posted - w.held) || ' available' AS what
      FROM wallets w JOIN accounts a ON a.id = w.account_id
      WHERE w.posted - w.held < w.floor AND w.status = 'active' ORDER BY a.id LIMIT 1`,
  },
];

/** The rules about how calls were charged and split. */
export const CHARGE_INVARIANTS: readonly Invariant[] = [
  {
    id: 'I4',
    rule: 'a hold ends at most once and is charged at most what it held',
    sql: `SELECT 'hold ' || r.hold_id || ': charged ' || r.amount || ' of ' || COALESCE(l.sum, 0) AS what
      FROM hold_resolutions r LEFT JOIN (
        SELECT h.hold_id, sum(h.amount) FROM hold_lines h JOIN ${MONEY} m ON m.account_id = h.account_id GROUP BY 1
      ) l ON l.hold_id = r.hold_id
      WHERE r.amount > COALESCE(l.sum, 0) ORDER BY r.hold_id LIMIT 1`,
  },
  {
    id: 'I5',
    rule: 'every charge has one journal, which takes exactly the charge from the wallets and the rest of the price from the platform',
    sql: `WITH charges AS (${CHARGES})
      SELECT 'hold ' || COALESCE(r.hold_id, c.hold_id) || ': charged ' || COALESCE(r.amount, 0) || ' (free tokens ' || COALESCE(r.subsidy, 0)
        || '), ' || COALESCE(c.journals, 0) || ' journal(s) take ' || COALESCE(c.from_wallets, 0) || ' (' || COALESCE(c.from_platform, 0) || ')' AS what
      FROM hold_resolutions r FULL JOIN charges c ON c.hold_id = r.hold_id
      WHERE COALESCE(r.amount, 0) <> COALESCE(c.from_wallets, 0) OR COALESCE(r.subsidy, 0) <> COALESCE(c.from_platform, 0)
        OR COALESCE(c.journals, 0) <> CASE r.kind WHEN 'settle' THEN 1 ELSE 0 END
      ORDER BY 1 LIMIT 1`,
  },
  {
    id: 'I7',
    rule: 'a publisher gets the price less the commission, rounded down',
    sql: `WITH charges AS (${CHARGES})
      SELECT 'hold ' || r.hold_id || ': commission ' || COALESCE(c.commission, 0) || ' and share ' || COALESCE(c.share, 0) || ' of '
        || (r.amount + r.subsidy) || ' at ' || p.commission_bps || ' bps' AS what
      FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id AND h.mode = 'publisher' JOIN price_versions p ON p.id = h.price_version_id
      LEFT JOIN charges c ON c.hold_id = r.hold_id
      WHERE r.kind = 'settle' AND (COALESCE(c.commission, 0) <> div((r.amount + r.subsidy)::numeric * p.commission_bps, 10000)
        OR COALESCE(c.share, 0) <> (r.amount + r.subsidy) - div((r.amount + r.subsidy)::numeric * p.commission_bps, 10000))
      ORDER BY 1 LIMIT 1`,
  },
  {
    id: 'I8',
    rule: 'what is resold is never sold below its cost, and its overrun is booked',
    sql: `WITH charges AS (${CHARGES})
      SELECT 'hold ' || r.hold_id || ': sold for ' || (r.amount + r.subsidy + r.overrun) || ', cost ' || COALESCE(c.cost, 0)
        || ', overrun ' || r.overrun || ', booked ' || COALESCE(c.overrun, 0) AS what
      FROM hold_resolutions r JOIN holds h ON h.id = r.hold_id AND h.mode = 'resale' LEFT JOIN charges c ON c.hold_id = r.hold_id
      WHERE r.amount + r.subsidy + r.overrun < COALESCE(c.cost, 0) OR r.overrun <> COALESCE(c.overrun, 0) ORDER BY 1 LIMIT 1`,
  },
  {
    id: 'I10',
    rule: 'no hold stays open a minute after its lease, or without one; no part or end of a hold is without its hold',
    sql: `SELECT what FROM (
        SELECT 'hold ' || h.id || CASE WHEN p.hold_id IS NULL THEN ' is open and has no lease'
          ELSE ' has been open since its lease ended at ' || p.lease_until END AS what
        FROM holds h LEFT JOIN hold_resolutions r ON r.hold_id = h.id LEFT JOIN hold_progress p ON p.hold_id = h.id
        WHERE r.hold_id IS NULL AND (p.hold_id IS NULL OR p.lease_until < now() - interval '60 seconds')
        UNION ALL
        SELECT 'hold ' || o.hold_id || ' is missing, but has ' || o.part FROM (
          SELECT hold_id, 'a line' AS part FROM hold_lines UNION ALL SELECT hold_id, 'an end' FROM hold_resolutions
          UNION ALL SELECT hold_id, 'a lease' FROM hold_progress
        ) o LEFT JOIN holds h ON h.id = o.hold_id WHERE h.id IS NULL
        UNION ALL
        SELECT 'hold ' || l.hold_id || ' draws on account ' || l.account_id || ', which is no wallet'
        FROM hold_lines l LEFT JOIN wallets w ON w.account_id = l.account_id WHERE w.account_id IS NULL
      ) wrong ORDER BY 1 LIMIT 1`,
  },
  {
    id: 'I11',
    rule: 'top-ups and their journals match one to one; refunds of a call give back no more than was paid, from those who earned it',
    sql: `WITH top_up_journals AS (
        SELECT substr(j.idem_key, 7) AS id, sum(t.amount) AS amount FROM journals j JOIN transfers t ON t.journal_id = j.id
        WHERE j.kind = 'top_up' AND j.idem_key LIKE 'topup:%' GROUP BY 1
      ),
      refunds AS (
        SELECT j.hold_id, t.debit_account, t.credit_account, t.amount FROM journals j JOIN transfers t ON t.journal_id = j.id WHERE j.kind = 'refund'
      ),
      paid AS (
        SELECT j.hold_id, t.debit_account, t.credit_account, t.amount FROM journals j JOIN transfers t ON t.journal_id = j.id
        JOIN ${MONEY} m ON m.account_id = t.debit_account
        WHERE j.kind = 'charge' AND j.hold_id IN (SELECT hold_id FROM refunds)
      ),
      back AS (
        SELECT hold_id, 'take' AS verb, debit_account AS id, sum(amount) AS sum FROM refunds GROUP BY 1, 3
        UNION ALL SELECT hold_id, 'give', credit_account, sum(amount) FROM refunds JOIN wallets w ON w.account_id = credit_account GROUP BY 1, 3
      ),
      there AS (
        SELECT hold_id, 'take' AS verb, credit_account AS id, sum(amount) AS sum FROM paid GROUP BY 1, 3
        UNION ALL SELECT hold_id, 'give', debit_account, sum(amount) FROM paid GROUP BY 1, 3
      )
      SELECT what FROM (
        SELECT 'top-up ' || COALESCE(p.id, j.id) || ': ' || COALESCE(p.amount, 0) || ', booked ' || COALESCE(j.amount, 0) AS what
        FROM (SELECT * FROM top_ups WHERE status = 'succeeded') p FULL JOIN top_up_journals j ON j.id = p.id
        WHERE COALESCE(p.amount, 0) <> COALESCE(j.amount, 0)
        UNION ALL
        SELECT 'call ' || b.hold_id || ': refunds ' || b.verb || ' ' || b.sum || ' of ' || COALESCE(c.sum, 0) || ' at account ' || a.code
        FROM back b JOIN accounts a ON a.id = b.id LEFT JOIN there c ON c.hold_id = b.hold_id AND c.verb = b.verb AND c.id = b.id
        WHERE b.sum > COALESCE(c.sum, 0)
      ) wrong ORDER BY 1 LIMIT 1`,
  },
];

/**
 * Settings for a check: hash joins whatever the statistics say (a young database has none), room for them, and time.
 * They end with the transaction.
 */
export async function prepareCheck(tx: Queryable): Promise<void> {
  await tx.query(`SELECT set_config(name, value, true) FROM (VALUES ('enable_nestloop', 'off'), ('jit', 'off'),
    ('work_mem', '128MB'), ('statement_timeout', '600s'), ('cursor_tuple_fraction', '1.0')) AS s (name, value)`);
}

/** The first row that breaks an invariant; undefined when it holds. */
export async function firstBreach(tx: Queryable, invariant: Invariant): Promise<string | undefined> {
  const [row] = await tx.query<{ what: string }>(invariant.sql);
  return row?.what;
}

/** How many transfers there are. */
export async function countTransfers(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM transfers');
  return row?.n ?? 0;
}
