import type { BooksPart } from './books-part-store.ts';
import type { Invariant } from './invariants-store.ts';

/** Wallets that hold money; those of free tokens count something else. */
const MONEY = "(SELECT account_id FROM wallets WHERE bucket <> 'free_tokens')";

/** The rules about what belongs together: holds and their parts, top-ups and refunds and their journals. */
export const trailInvariants = (part: BooksPart): readonly Invariant[] => [
  {
    id: 'I4',
    rule: 'a hold ends at most once',
    sql: `SELECT concat('hold ', hold_id, ' was ended ', count(*), ' times') AS what FROM ${part.ends} r GROUP BY hold_id HAVING count(*) > 1
      ORDER BY hold_id LIMIT 1`,
  },
  {
    id: 'I10',
    rule: 'no hold stays open a minute after its lease, or without one; no part or end of a hold is without its hold',
    sql: `SELECT what FROM (
        SELECT concat('hold ', h.id, CASE WHEN p.hold_id IS NULL THEN ' is open and has no lease'
          ELSE concat(' has been open since its lease ended at ', p.lease_until) END) AS what
        FROM ${part.holds} h LEFT JOIN ${part.ends} r ON r.hold_id = h.id LEFT JOIN hold_progress p ON p.hold_id = h.id
        WHERE r.hold_id IS NULL AND (p.hold_id IS NULL OR p.lease_until < now() - interval '60 seconds')
        UNION ALL
        SELECT concat('hold ', p.hold_id, ' has ended and has a lease') FROM hold_progress p JOIN ${part.ends} r ON r.hold_id = p.hold_id
        UNION ALL
        SELECT concat('hold ', o.hold_id, ' is not there, but has ', o.part) FROM (
          SELECT hold_id, 'a line' AS part FROM ${part.furtherLines} l UNION ALL SELECT hold_id, 'an end' FROM ${part.ends} r
          UNION ALL SELECT hold_id, 'a lease' FROM hold_progress
        ) o LEFT JOIN ${part.holds} h ON h.id = o.hold_id WHERE h.id IS NULL
        UNION ALL
        SELECT concat('hold ', l.hold_id, ' draws on account ', l.account_id, ', which is no wallet')
        FROM ${part.lines} l LEFT JOIN wallets w ON w.account_id = l.account_id WHERE w.account_id IS NULL
      ) wrong ORDER BY 1 LIMIT 1`,
  },
  {
    id: 'I11',
    rule: 'top-ups and their journals match one to one; refunds of a call give back no more than was paid, from those who earned it',
    sql: `WITH booked AS (
        SELECT j.idem_key, min(j.user_id) AS user_id, sum(t.amount) AS amount FROM ${part.journals} j LEFT JOIN ${part.transfers} t ON t.journal_id = j.id
        WHERE j.kind = 'top_up' GROUP BY 1
      ),
      refunds AS (
        SELECT j.hold_id, t.debit_account, t.credit_account, t.amount FROM ${part.refunds} j
        JOIN ${part.transfersOf(`SELECT id FROM ${part.refunds} j`)} t ON t.journal_id = j.id
      ),
      paid AS (
        SELECT j.hold_id, t.debit_account, t.credit_account, t.amount FROM ${part.refunded} j
        JOIN ${part.transfersOf(`SELECT id FROM ${part.refunded} j`)} t ON t.journal_id = j.id
        JOIN ${MONEY} m ON m.account_id = t.debit_account
        WHERE j.hold_id IN (SELECT hold_id FROM refunds)
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
        SELECT concat('top-up ', COALESCE(p.id, b.idem_key), ' of ', COALESCE(p.user_id, 'nobody'), ': ', COALESCE(p.amount, 0), ', booked for ',
          COALESCE(b.user_id, 'nobody'), ': ', COALESCE(b.amount, 0)) AS what
        FROM (SELECT * FROM ${part.topUps} p WHERE status = 'succeeded') p FULL JOIN booked b ON b.idem_key = 'topup:' || p.id
        WHERE p.amount IS DISTINCT FROM b.amount OR p.user_id IS DISTINCT FROM b.user_id
        UNION ALL
        SELECT concat('call ', COALESCE(b.hold_id, 'nobody made'), ': refunds ', b.verb, ' ', b.sum, ' of ', COALESCE(c.sum, 0), ' at account ', a.code)
        FROM back b LEFT JOIN accounts a ON a.id = b.id LEFT JOIN there c ON c.hold_id = b.hold_id AND c.verb = b.verb AND c.id = b.id
        WHERE b.sum > COALESCE(c.sum, 0)
      ) wrong ORDER BY 1 LIMIT 1`,
  },
];

/** The rule that chains of receipts and digests share. */
export const CHAINS_ID = 'I14';
export const CHAINS_RULE = 'the chains of receipts and the digests of days are unbroken';

/**
 * I14, first half. A chain begins with the hash of its name; each receipt bears the hash of the one before it and its own. The one before the
 * first of a part stands before the part, and so can others: where the database's clock was put back at midnight, the receipts of some seconds
 * fall on both days in turn.
 */
export const chains = (part: BooksPart): Invariant => ({
  id: CHAINS_ID,
  rule: CHAINS_RULE,
  sql: `WITH hashed AS MATERIALIZED (
      SELECT chain_id, seq, prev_hash, hash, sha256(prev_hash || convert_to(body, 'UTF8')) = hash AS is_whole FROM ${part.receipts} p
    ),
    linked AS (
      SELECT h.*, lag(seq) OVER chain AS seq_known, lag(hash) OVER chain AS hash_known
      FROM hashed h WINDOW chain AS (PARTITION BY chain_id ORDER BY seq)
    ),
    placed AS (
      SELECT l.*,
        CASE WHEN seq_known = seq - 1 THEN seq_known ELSE COALESCE(
          (SELECT b.seq FROM receipts b WHERE b.chain_id = l.chain_id AND b.seq = l.seq - 1), seq_known, 0) END AS seq_before,
        CASE WHEN seq_known = seq - 1 THEN hash_known ELSE COALESCE(
          (SELECT b.hash FROM receipts b WHERE b.chain_id = l.chain_id AND b.seq = l.seq - 1),
          sha256(convert_to('q-marketplace receipts ' || chain_id, 'UTF8'))) END AS hash_before
      FROM linked l
    )
    SELECT concat('receipt ', seq, ' of chain ', chain_id, CASE WHEN seq <> seq_before + 1 THEN concat(' does not follow ', seq_before)
      WHEN prev_hash <> hash_before THEN ' does not bear the hash of the one before it' ELSE ' was altered: its hash is another one' END) AS what
    FROM placed WHERE seq <> seq_before + 1 OR prev_hash <> hash_before OR NOT is_whole ORDER BY chain_id, seq LIMIT 1`,
});
