import { AppError } from '../../lib/app-error.ts';
import type { Database } from '../../platform/database/database.ts';
import { receiptFault, type SignedReceipt, type Signer } from '../ledger/receipt-signature.ts';
import { findReceipt } from './store.ts';

interface Deps {
  database: Database;
  signer: Signer;
}

/** Receipts of charged calls, signed when they are asked for: the hash that is signed was written with the charge. */
export function createReceipts({ database, signer }: Deps) {
  return {
    key: signer.key,
    /**
     * The signed receipt of one call. `reader` sees their own; an administrator sees all.
     * Throws AppError 404 when there is no such call or it cost nothing, 409 while it runs, 500 when the stored receipt was altered.
     */
    async get(callId: string, reader: { userId: string; isAdmin: boolean }): Promise<SignedReceipt> {
      const row = await findReceipt(database, callId);
      if (!row || (row.user_id !== reader.userId && !reader.isAdmin)) {
        throw new AppError('not_found', { message: 'There is no receipt of such a call.' });
      }
      if (row.kind === null) throw new AppError('conflict', { message: 'This call is still running.' });
      const { body, prev_hash, hash } = row;
      if (body === null || prev_hash === null || hash === null) {
        throw new AppError('not_found', { message: 'This call cost nothing, so there is no receipt of it.' });
      }
      const signature = signer.sign('receipt', hash);
      const signed: SignedReceipt = { receipt: JSON.parse(body), prev_hash, hash, signature, key: signer.key };
      // What was altered in the database is not made good by a fresh signature.
      const fault = receiptFault(signed, null);
      if (fault !== null)
        throw new AppError('internal_error', { message: `The stored receipt is not whole: ${fault}.` });
      return signed;
    },
  };
}

export type Receipts = ReturnType<typeof createReceipts>;
