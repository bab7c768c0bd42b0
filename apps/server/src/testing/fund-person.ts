import type { Ledger } from '../features/ledger/service.ts';
import { insertTopUp } from '../features/wallet/store.ts';
import { newId } from '../lib/id.ts';
import type { Database } from '../platform/database/database.ts';

/** Tops a person up by an amount in nano-dollars, which nobody could by the API. */
export async function fundPerson(
  server: { database: Database; app: { services: { ledger: Ledger } } },
  userId: string,
  nano: bigint,
): Promise<void> {
  const id = newId('top');
  await server.database.transaction(async (tx) => {
    await insertTopUp(tx, { id, userId, amount: nano });
    const credit = { kind: 'top_up' as const, userId, amount: nano, from: 'asset:test_funds', details: {} };
    await server.app.services.ledger.credit(tx, { idemKey: `topup:${id}`, ...credit });
  });
}
