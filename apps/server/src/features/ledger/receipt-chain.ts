import { createHash, hash as hashOnce, randomBytes } from 'node:crypto';
import type { Queryable } from '../../platform/database/database.ts';
import { lastReceipt, type ReceiptRow } from './end-holds-store.ts';
import { type ReceiptFacts, receiptBody } from './receipt.ts';

const HASH_BYTES = 32;
/** What is hashed is put together here: most receipts are shorter by far, and no character of theirs takes more than three bytes. */
const bench = Buffer.alloc(8_192);
const BODY_MAX = Math.floor((bench.length - HASH_BYTES) / 3);

/** SHA-256 over the bytes of the receipt before (32 bytes) and the body of this one, both in hexadecimal. */
export function receiptHash(prevHash: string, body: string): string {
  const isUsual = body.length <= BODY_MAX && prevHash.length === 2 * HASH_BYTES;
  if (!isUsual || bench.write(prevHash, 0, 'hex') !== HASH_BYTES)
    return createHash('sha256').update(Buffer.from(prevHash, 'hex')).update(body).digest('hex');
  return hashOnce('sha256', bench.subarray(0, HASH_BYTES + bench.write(body, HASH_BYTES)), 'hex');
}

/** What stands before the first receipt of a chain: the hash of its name. */
function genesisHash(chainId: string): string {
  return createHash('sha256').update(`q-marketplace receipts ${chainId}`).digest('hex');
}

/**
 * A chain of receipts that only this object appends to. `link` writes the next receipts on paper; once they stand in the database
 * `advance` makes them the end of the chain. After a failure whose outcome is unknown, `reload` reads the end from the database.
 */
export function createReceiptChain() {
  const id = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
  let seq = 0n;
  let hash = genesisHash(id);
  let uncertain = false;

  return {
    /** The rows of the next receipts, in order. */
    link(facts: readonly ReceiptFacts[]): ReceiptRow[] {
      let prevHash = hash;
      return facts.map((fact, index) => {
        const next = seq + BigInt(index) + 1n;
        const body = receiptBody(fact, { id, seq: next });
        const row = {
          holdId: fact.callId,
          chainId: id,
          seq: next,
          body,
          prevHash,
          hash: receiptHash(prevHash, body),
        };
        prevHash = row.hash;
        return row;
      });
    },
    advance(rows: readonly ReceiptRow[]): void {
      const last = rows.at(-1);
      if (last === undefined) return;
      seq = last.seq;
      hash = last.hash;
    },
    /** To be called when it is not known whether the linked receipts stand. */
    doubt(): void {
      uncertain = true;
    },
    /** Reads the end of the chain again if there is doubt about it. */
    async reload(db: Queryable): Promise<void> {
      if (!uncertain) return;
      const last = await lastReceipt(db, id);
      seq = last?.seq ?? 0n;
      hash = last?.hash ?? genesisHash(id);
      uncertain = false;
    },
  };
}

export type ReceiptChain = ReturnType<typeof createReceiptChain>;
