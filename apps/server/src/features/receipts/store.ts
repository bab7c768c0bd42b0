import type { Queryable } from '../../platform/database/database.ts';

/** What is known of a call's money; `body` is null while it runs and when it cost nothing. */
export interface ReceiptRow {
  user_id: string;
  /** How the call's hold was ended; null while it is open. */
  kind: 'settle' | 'void' | null;
  body: string | null;
  prev_hash: string | null;
  hash: string | null;
}

/** The receipt of one call; undefined when there never was a hold for it. */
export async function findReceipt(db: Queryable, callId: string): Promise<ReceiptRow | undefined> {
  const rows = await db.query<ReceiptRow>(
    `SELECT h.user_id, e.kind, r.body, encode(r.prev_hash, 'hex') AS prev_hash, encode(r.hash, 'hex') AS hash
     FROM holds h LEFT JOIN hold_resolutions e ON e.hold_id = h.id LEFT JOIN receipts r ON r.hold_id = h.id WHERE h.id = $1`,
    [callId],
  );
  return rows[0];
}
