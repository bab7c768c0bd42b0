import type { BooksPart } from './books-part-store.ts';
import type { Invariant } from './invariants-store.ts';

/** A wallet in words, even if its account is gone. */
const WALLET = "concat('wallet ', COALESCE(a.code, 'without account ' || w.account_id))";

/** What an account is by its code. Wallets are told apart by their purpose, what is owed by whom it is owed to. */
const ACCOUNT_CLASS = `CASE
    WHEN a.code LIKE 'wallet:%' THEN concat('wallet:', split_part(a.code, ':', 3))
    WHEN a.code LIKE 'payable:%' THEN concat('payable:', split_part(a.code, ':', 2))
    WHEN a.code LIKE 'asset:%' THEN 'asset' ELSE a.code END`;

/** Between what each kind of journal may move something, as (kind, debit, credit). Whatever is not here is a breach. */
const ALLOWED_MOVES = [
  ['top_up', 'asset', 'wallet:paid'],
  ['grant', 'expense:promo', 'wallet:promo'],
  ['grant', 'tokens:granted', 'wallet:tokens'],
  ['expiry', 'wallet:promo', 'revenue:breakage'],
  ['expiry', 'wallet:tokens', 'tokens:expired'],
  ['adjustment', 'expense:adjustment', 'wallet:paid'],
  ['adjustment', 'wallet:paid', 'revenue:adjustment'],
  ...['revenue:resale', 'revenue:commission', 'revenue:byok_fee', 'payable:publisher'].flatMap((earner) => [
    ...['wallet:paid', 'wallet:promo', 'expense:free_tokens'].map((payer) => ['charge', payer, earner]),
    ...['wallet:paid', 'wallet:promo', 'revenue:breakage'].map((payer) => ['refund', earner, payer]),
  ]),
  ['charge', 'wallet:tokens', 'tokens:used'],
  ['charge', 'expense:overrun', 'revenue:resale'],
  ['charge', 'expense:provider_cost', 'payable:provider'],
]
  .map((move) => `('${move.join("', '")}')`)
  .join(', ');

/** What accounts came to before a part of the books. */
const BROUGHT_FORWARD = 'UNION ALL SELECT account_id, credits - debits FROM closed_balances';

/** The rules whose truth every start of the server depends on: what people have, and what is set aside. */
export const balanceInvariants = (part: BooksPart): readonly Invariant[] => [
  {
    id: 'I1',
    rule: 'every wallet is there, is what its account says, and equals the fold of its transfers',
    sql: `WITH fold AS (
        SELECT id, sum(amount) AS sum FROM (
          SELECT credit_account AS id, amount FROM ${part.transfers} t UNION ALL SELECT debit_account, -amount FROM ${part.transfers} t
          ${part.since === null ? '' : BROUGHT_FORWARD}
        ) legs GROUP BY 1
      ),
      checked AS (
        SELECT COALESCE(a.id, w.account_id) AS id, ${WALLET} AS wallet, w.posted, f.sum, CASE
          WHEN w.account_id IS NULL THEN 'missing' WHEN a.id IS NULL THEN 'without account'
          WHEN w.user_id <> split_part(a.code, ':', 2) OR a.code NOT LIKE 'wallet:%'
            OR split_part(a.code, ':', 3) <> CASE w.bucket WHEN 'free_tokens' THEN 'tokens' ELSE w.bucket END THEN 'another'
          WHEN w.posted <> COALESCE(f.sum, 0) THEN 'wrong' END AS fault, w.user_id, w.bucket
        FROM accounts a FULL JOIN wallets w ON w.account_id = a.id LEFT JOIN fold f ON f.id = a.id
        WHERE w.account_id IS NOT NULL OR (a.code LIKE 'wallet:%' AND f.id IS NOT NULL)
      )
      SELECT wallet || CASE fault WHEN 'wrong' THEN concat(': posted ', posted, ', transfers say ', COALESCE(sum, 0))
        WHEN 'missing' THEN concat(' is not there, transfers say ', sum) WHEN 'without account' THEN concat(': posted ', posted)
        ELSE concat(' is said to be the ', bucket, ' wallet of ', user_id) END AS what
      FROM checked WHERE fault IS NOT NULL ORDER BY id LIMIT 1`,
  },
  {
    id: 'I2',
    rule: 'every transfer belongs to its journal, moves one asset between accounts its journal may touch, and so debits equal credits',
    sql: `WITH known AS (
        SELECT a.id, a.asset, ${ACCOUNT_CLASS} AS class, w.user_id FROM accounts a LEFT JOIN wallets w ON w.account_id = a.id
      ),
      allowed (kind, debit, credit) AS (VALUES ${ALLOWED_MOVES}),
      wrong AS (
        SELECT t.id, concat('transfer ', t.id, CASE
          WHEN j.id IS NULL THEN ' has no journal' WHEN d.id IS NULL OR c.id IS NULL THEN ' has no account'
          WHEN d.asset <> c.asset THEN concat(' moves between assets ', d.asset, ' and ', c.asset)
          WHEN m.kind IS NULL THEN concat(' moves from ', d.class, ' to ', c.class, ', which no ', j.kind, ' may')
          WHEN t.created_at <> j.created_at THEN ' is not as old as its journal'
          ELSE concat(' touches the wallet of somebody else than ', j.user_id) END) AS what
        FROM ${part.transfers} t LEFT JOIN ${part.journals} j ON j.id = t.journal_id
        LEFT JOIN known d ON d.id = t.debit_account LEFT JOIN known c ON c.id = t.credit_account
        LEFT JOIN allowed m ON m.kind = j.kind AND m.debit = d.class AND m.credit = c.class
        WHERE j.id IS NULL OR d.id IS NULL OR c.id IS NULL OR d.asset <> c.asset OR m.kind IS NULL OR t.created_at <> j.created_at
          OR (d.user_id IS NOT NULL AND d.user_id IS DISTINCT FROM j.user_id)
          OR (c.user_id IS NOT NULL AND c.user_id IS DISTINCT FROM j.user_id)
        UNION ALL
        SELECT a.id, concat('account ', a.code, ' is said to be of kind ', a.kind, ' in ', a.asset) FROM accounts a
        WHERE a.asset <> CASE WHEN a.code ~ '^tokens:|^wallet:[^:]+:tokens:' THEN 'FREE_TOKEN' ELSE 'USD' END
          OR a.kind <> CASE WHEN a.code = 'tokens:granted' OR a.code LIKE 'expense:%' THEN 'expense'
            WHEN a.code LIKE 'tokens:%' OR a.code LIKE 'revenue:%' THEN 'revenue' WHEN a.code LIKE 'asset:%' THEN 'asset'
            ELSE 'liability' END
      )
      SELECT what FROM wrong ORDER BY id LIMIT 1`,
  },
  {
    id: 'I3',
    rule: 'held money equals the open holds of the wallet',
    sql: `SELECT concat(${WALLET}, ': held ', w.held, ', open holds say ', COALESCE(o.sum, 0)) AS what
      FROM wallets w LEFT JOIN accounts a ON a.id = w.account_id
      LEFT JOIN (
        SELECT account_id, sum(amount) FROM ${part.openLines} l GROUP BY 1
      ) o ON o.account_id = w.account_id
      WHERE w.held <> COALESCE(o.sum, 0) ORDER BY w.account_id LIMIT 1`,
  },
  {
    id: 'I6',
    rule: 'nobody has less than nothing available, or may have, except in a frozen wallet',
    sql: `SELECT concat(${WALLET}, ' has ', w.posted - w.held, ' available, and may have ', w.floor) AS what
      FROM wallets w LEFT JOIN accounts a ON a.id = w.account_id
      WHERE LEAST(w.posted - w.held, w.floor) < 0 AND w.status = 'active' ORDER BY w.account_id LIMIT 1`,
  },
];
