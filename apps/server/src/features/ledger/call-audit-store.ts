import type { Usage, UsageSource } from '@q/providers/spec/usage';
import type { Queryable } from '../../platform/database/database.ts';
import type { PriceVersion } from '../catalog/price.ts';
import type { BooksPart } from './books-part-store.ts';
import type { Attempt } from './end-holds-store.ts';

/** What the receipt of a call is, as it is stored. */
export interface StoredReceipt {
  chainId: string;
  seq: bigint;
  body: string;
}

/** What the hold of a call says. Sums of its lines in nano-dollars and in tokens. */
export interface AuditedHold {
  userId: string;
  apiKeyId: string | null;
  modelId: string;
  provider: string;
  payee: string;
  priceVersionId: bigint;
  mode: PriceVersion['mode'];
  feeBps: number | null;
  money: bigint;
  tokens: bigint;
  /** True when each line draws on a wallet of the person whose call it is. */
  isOfOwner: boolean;
}

/** How a call ended. Amounts in nano-dollars. */
export interface AuditedEnd {
  kind: 'settle' | 'void';
  amount: bigint;
  overrun: bigint;
  subsidy: bigint;
  usage: Usage;
  usageSource: UsageSource;
  reason: string;
  attempts: Attempt[];
  /** True for a charge that was booked before there were receipts. */
  isOlderThanReceipts: boolean;
}

/** What the journal of a charge moved, in nano-dollars (`tokens`: tokens). */
export interface AuditedJournal {
  fromWallets: bigint;
  fromPlatform: bigint;
  overrun: bigint;
  cost: bigint;
  commission: bigint;
  resale: bigint;
  ownKeyFee: bigint;
  share: bigint;
  tokens: bigint;
  /** True when it is the only one of the call, has the call's key, and was written with the call's end. */
  isProper: boolean;
}

/** All the books say of one call. What is not there is null. */
export interface AuditedCall {
  id: string;
  hold: AuditedHold | null;
  end: AuditedEnd | null;
  journal: AuditedJournal | null;
  receipt: StoredReceipt | null;
}

interface Row {
  id: string | null;
  has_hold: boolean;
  user_id: string;
  api_key_id: string | null;
  model_id: string;
  provider: string;
  payee: string;
  price_version_id: bigint;
  mode: PriceVersion['mode'];
  fee_bps: number | null;
  held: bigint;
  held_tokens: bigint;
  is_of_owner: boolean;
  kind: 'settle' | 'void' | null;
  amount: bigint;
  overrun: bigint;
  subsidy: bigint;
  usage: Usage;
  usage_source: UsageSource;
  reason: string;
  attempts: Attempt[];
  is_old: boolean;
  has_journal: boolean;
  from_wallets: bigint;
  from_platform: bigint;
  overrun_booked: bigint;
  cost: bigint;
  commission: bigint;
  resale: bigint;
  own_key_fee: bigint;
  share: bigint;
  tokens: bigint;
  is_proper: boolean;
  chain_id: string | null;
  seq: bigint;
  body: string;
}

const BATCH = 500;

const sumOf = (condition: string, name: string) =>
  `COALESCE(sum(t.amount) FILTER (WHERE ${condition}), 0)::bigint AS ${name}`;

/** Every ended call, every journal of a charge and every receipt, whether they have each other or not. */
const calls = (part: BooksPart): string => `
  WITH known AS MATERIALIZED (
    SELECT a.id, a.code, w.bucket, a.code LIKE 'payable:publisher:%' AS is_publisher FROM accounts a LEFT JOIN wallets w ON w.account_id = a.id
  ),
  charges AS (
    SELECT j.hold_id, true AS has_journal, min(j.id) = max(j.id) AND bool_and(j.idem_key = 'settle:' || j.hold_id) AS is_proper, min(j.created_at) AS booked_at,
      ${sumOf("d.bucket <> 'free_tokens'", 'from_wallets')}, ${sumOf("d.code = 'expense:free_tokens'", 'from_platform')},
      ${sumOf("d.code = 'expense:overrun'", 'overrun_booked')}, ${sumOf("d.code = 'expense:provider_cost'", 'cost')},
      ${sumOf("c.code = 'revenue:commission'", 'commission')}, ${sumOf("c.code = 'revenue:resale'", 'resale')},
      ${sumOf("c.code = 'revenue:byok_fee'", 'own_key_fee')}, ${sumOf('c.is_publisher', 'share')},
      ${sumOf("c.code = 'tokens:used'", 'tokens')}
    FROM ${part.journals} j LEFT JOIN ${part.transfers} t ON t.journal_id = j.id
    LEFT JOIN known d ON d.id = t.debit_account LEFT JOIN known c ON c.id = t.credit_account
    WHERE j.kind = 'charge' GROUP BY j.hold_id
  ),
  lines AS (
    SELECT l.hold_id, COALESCE(sum(l.amount) FILTER (WHERE w.bucket <> 'free_tokens'), 0)::bigint AS held,
      COALESCE(sum(l.amount) FILTER (WHERE w.bucket = 'free_tokens'), 0)::bigint AS held_tokens, min(w.user_id) AS first_owner, max(w.user_id) AS last_owner
    FROM ${part.lines} l LEFT JOIN wallets w ON w.account_id = l.account_id GROUP BY 1
  )
  SELECT COALESCE(r.hold_id, c.hold_id, p.hold_id) AS id,
    h.id IS NOT NULL AS has_hold, h.user_id, h.api_key_id, h.model_id, h.provider, h.payee, h.price_version_id, h.mode, h.fee_bps,
    COALESCE(l.held, 0) AS held, COALESCE(l.held_tokens, 0) AS held_tokens,
    COALESCE(l.first_owner = h.user_id AND l.last_owner = h.user_id, true) AS is_of_owner,
    r.kind, r.amount, r.overrun, r.subsidy, r.usage, r.usage_source, r.reason, r.attempts,
    r.resolved_at < (SELECT applied_at FROM schema_migrations WHERE name = '0005-receipts.sql') AS is_old,
    COALESCE(c.has_journal, false) AS has_journal, c.from_wallets, c.from_platform, c.overrun_booked, c.cost, c.commission, c.resale, c.own_key_fee,
    c.share, c.tokens, COALESCE(c.is_proper AND c.booked_at = r.resolved_at, false) AS is_proper,
    p.chain_id, p.seq, p.body
  FROM ${part.ends} r FULL JOIN charges c ON c.hold_id = r.hold_id FULL JOIN ${part.receipts} p ON p.hold_id = COALESCE(r.hold_id, c.hold_id)
  LEFT JOIN ${part.holds} h ON h.id = COALESCE(r.hold_id, c.hold_id, p.hold_id) LEFT JOIN lines l ON l.hold_id = r.hold_id`;

const holdOf = (row: Row): AuditedHold => ({
  userId: row.user_id,
  apiKeyId: row.api_key_id,
  modelId: row.model_id,
  provider: row.provider,
  payee: row.payee,
  priceVersionId: row.price_version_id,
  mode: row.mode,
  feeBps: row.fee_bps,
  money: row.held,
  tokens: row.held_tokens,
  isOfOwner: row.is_of_owner,
});

const endOf = (row: Row, kind: AuditedEnd['kind']): AuditedEnd => ({
  kind,
  amount: row.amount,
  overrun: row.overrun,
  subsidy: row.subsidy,
  usage: row.usage,
  usageSource: row.usage_source,
  reason: row.reason,
  attempts: row.attempts,
  isOlderThanReceipts: row.is_old,
});

const journalOf = (row: Row): AuditedJournal => ({
  fromWallets: row.from_wallets,
  fromPlatform: row.from_platform,
  overrun: row.overrun_booked,
  cost: row.cost,
  commission: row.commission,
  resale: row.resale,
  ownKeyFee: row.own_key_fee,
  share: row.share,
  tokens: row.tokens,
  isProper: row.is_proper,
});

const toCall = (row: Row): AuditedCall => ({
  id: row.id ?? 'nobody made',
  hold: row.has_hold ? holdOf(row) : null,
  end: row.kind === null ? null : endOf(row, row.kind),
  journal: row.has_journal ? journalOf(row) : null,
  receipt: row.chain_id === null ? null : { chainId: row.chain_id, seq: row.seq, body: row.body },
});

/** Reads all calls in no order, some thousand at a time, within the caller's transaction. The next are on their way while some are looked at. */
export async function* readCalls(tx: Queryable, part: BooksPart): AsyncGenerator<AuditedCall[], void> {
  await tx.query(`DECLARE audited NO SCROLL CURSOR FOR ${calls(part)}`);
  const fetch = () => tx.query<Row>(`FETCH ${BATCH} FROM audited`);
  let coming = fetch();
  for (;;) {
    const rows = await coming;
    if (rows.length === 0) break;
    coming = fetch();
    // If looking at these fails, the failure of the next is nobody's.
    coming.catch(() => undefined);
    yield rows.map(toCall);
  }
  await tx.query('CLOSE audited');
}

/** What one `payable:` account was credited by charges, and what other journals than charges and refunds did to it. */
export interface PayableRow {
  code: string;
  credited: bigint;
  /** A journal that has no business there; null when all is well. */
  stranger: string | null;
}

/** Every account that owes a provider or a publisher. */
export async function readPayables(tx: Queryable, part: BooksPart): Promise<PayableRow[]> {
  return tx.query<PayableRow>(
    `WITH owed AS (SELECT id, code FROM accounts WHERE code LIKE 'payable:%'),
     legs AS (
       SELECT o.code, t.journal_id, t.amount, true AS is_credit FROM ${part.transfers} t JOIN owed o ON o.id = t.credit_account
       UNION ALL SELECT o.code, t.journal_id, t.amount, false FROM ${part.transfers} t JOIN owed o ON o.id = t.debit_account
     )
     SELECT l.code, COALESCE(sum(l.amount) FILTER (WHERE l.is_credit AND j.kind = 'charge'), 0)::bigint AS credited,
       min(COALESCE(j.idem_key, 'that is not there')) FILTER (
         WHERE j.id IS NULL OR (NOT (l.is_credit AND j.kind = 'charge') AND NOT (NOT l.is_credit AND j.kind = 'refund'))
       ) AS stranger
     FROM legs l LEFT JOIN ${part.journals} j ON j.id = l.journal_id GROUP BY 1 ORDER BY 1`,
  );
}
