import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';

/** A receipt with what the books say of the same call. Amounts in nano-dollars, hashes in hexadecimal. */
export interface AuditedReceipt {
  hold_id: string;
  chain_id: string;
  seq: bigint;
  body: string;
  prev_hash: string;
  hash: string;
  /** Null when there is no such end of a hold. */
  kind: 'settle' | 'void' | null;
  amount: bigint;
  overrun: bigint;
  subsidy: bigint;
  usage: Usage;
  usage_source: UsageSource;
  user_id: string;
  payee: string;
  price_version_id: bigint;
  mode: PriceVersion['mode'];
  fee_bps: number | null;
  /** What the call's journal owes the provider. */
  cost: bigint;
}

const BATCH = 5_000;

const RECEIPTS = `
  SELECT p.hold_id, p.chain_id, p.seq, p.body, encode(p.prev_hash, 'hex') AS prev_hash, encode(p.hash, 'hex') AS hash,
    r.kind, r.amount, r.overrun, r.subsidy, r.usage, r.usage_source, h.user_id, h.payee, h.price_version_id, h.mode, h.fee_bps,
    COALESCE(c.cost, 0)::bigint AS cost
  FROM receipts p LEFT JOIN hold_resolutions r ON r.hold_id = p.hold_id LEFT JOIN holds h ON h.id = p.hold_id
  LEFT JOIN (
    SELECT j.hold_id, sum(t.amount) AS cost FROM transfers t JOIN journals j ON j.id = t.journal_id
    WHERE j.kind = 'charge' AND t.debit_account = (SELECT id FROM accounts WHERE code = 'expense:provider_cost') GROUP BY 1
  ) c ON c.hold_id = p.hold_id
  ORDER BY p.chain_id, p.seq`;

/** Reads all receipts chain by chain, in order, a few thousand at a time, within the caller's transaction. */
export async function* readReceipts(tx: Queryable): AsyncGenerator<AuditedReceipt[], void> {
  await tx.query(`DECLARE audited CURSOR FOR ${RECEIPTS}`);
  for (;;) {
    const rows = await tx.query<AuditedReceipt>(`FETCH ${BATCH} FROM audited`);
    if (rows.length === 0) break;
    yield rows;
  }
  await tx.query('CLOSE audited');
}

/** The first charge without a receipt; undefined when there is none. Charges older than receipts have none. */
export async function chargeWithoutReceipt(tx: Queryable): Promise<string | undefined> {
  const [row] = await tx.query<{ hold_id: string }>(
    `SELECT r.hold_id FROM hold_resolutions r LEFT JOIN receipts p ON p.hold_id = r.hold_id
     WHERE r.kind = 'settle' AND p.hold_id IS NULL
       AND r.resolved_at >= (SELECT applied_at FROM schema_migrations WHERE name = '0005-receipts.sql') ORDER BY r.hold_id LIMIT 1`,
  );
  return row?.hold_id;
}

/** What one `payable:` account was credited by charges, and what other journals than charges and refunds did to it. */
export interface PayableRow {
  code: string;
  credited: bigint;
  /** A journal that has no business there; null when all is well. */
  stranger: string | null;
}

/** Every account that owes a provider or a publisher. */
export async function readPayables(tx: Queryable): Promise<PayableRow[]> {
  return tx.query<PayableRow>(
    `WITH owed AS (SELECT id, code FROM accounts WHERE code LIKE 'payable:%'),
     legs AS (
       SELECT o.code, t.journal_id, t.amount, true AS is_credit FROM transfers t JOIN owed o ON o.id = t.credit_account
       UNION ALL SELECT o.code, t.journal_id, t.amount, false FROM transfers t JOIN owed o ON o.id = t.debit_account
     )
     SELECT l.code, COALESCE(sum(l.amount) FILTER (WHERE l.is_credit AND j.kind = 'charge'), 0)::bigint AS credited,
       min(j.idem_key) FILTER (WHERE NOT (l.is_credit AND j.kind = 'charge') AND NOT (NOT l.is_credit AND j.kind = 'refund')) AS stranger
     FROM legs l JOIN journals j ON j.id = l.journal_id GROUP BY 1 ORDER BY 1`,
  );
}
