import { checkLedger } from '../features/ledger/verify.ts';
import type { Database } from '../platform/database/database.ts';

/** The last step of whatever was tested on a database: throws with the broken invariants if it left the books wrong. */
export async function refuseWrongBooks(database: Database): Promise<void> {
  const { invariants } = await checkLedger(database);
  const broken = invariants.filter(({ ok }) => !ok);
  if (broken.length === 0) return;
  throw new Error(`the books are wrong: ${broken.map(({ id, detail }) => `${id} ${detail}`).join('; ')}`);
}
