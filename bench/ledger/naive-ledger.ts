import { newId } from '../../apps/server/src/lib/id.ts';
import type { Database } from '../../apps/server/src/platform/database/database.ts';

/**
 * The ledger as one would write it first, for comparison only: a transaction for the hold and one for the settle, each of which
 * locks the wallet's row and then writes statement by statement. It keeps the same kinds of rows as the real one.
 */
export async function createNaiveLedger(database: Database, userIds: readonly string[], startNano: bigint) {
  for (const statement of [
    'CREATE SCHEMA naive',
    'CREATE TABLE naive.wallets (user_id text PRIMARY KEY, posted bigint NOT NULL, held bigint NOT NULL DEFAULT 0 CHECK (held >= 0 AND posted >= held))',
    'CREATE TABLE naive.holds (id text PRIMARY KEY, user_id text NOT NULL, amount bigint NOT NULL, model_id text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())',
    'CREATE TABLE naive.resolutions (hold_id text PRIMARY KEY REFERENCES naive.holds (id), amount bigint NOT NULL, usage jsonb NOT NULL)',
    'CREATE TABLE naive.journals (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, idem_key text NOT NULL UNIQUE, hold_id text NOT NULL)',
    'CREATE TABLE naive.transfers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, journal_id bigint NOT NULL REFERENCES naive.journals (id), debit text NOT NULL, credit text NOT NULL, amount bigint NOT NULL)',
  ])
    await database.query(statement);
  await database.query('INSERT INTO naive.wallets (user_id, posted) SELECT unnest($1::text[]), $2::bigint', [
    userIds,
    startNano,
  ]);

  return {
    /** Sets money aside; throws when it is not there. */
    hold: (userId: string, amount: bigint): Promise<string> =>
      database.transaction(async (tx) => {
        const id = newId('req');
        const [wallet] = await tx.query<{ posted: bigint; held: bigint }>(
          'SELECT posted, held FROM naive.wallets WHERE user_id = $1 FOR UPDATE',
          [userId],
        );
        if (!wallet || wallet.posted - wallet.held < amount) throw new Error('insufficient balance');
        await tx.query('UPDATE naive.wallets SET held = held + $2 WHERE user_id = $1', [userId, amount]);
        await tx.query("INSERT INTO naive.holds (id, user_id, amount, model_id) VALUES ($1, $2, $3, 'bench/model')", [
          id,
          userId,
          amount,
        ]);
        return id;
      }),
    /** Charges `charge` of a hold and frees the rest. */
    settle: (id: string, userId: string, charge: bigint): Promise<void> =>
      database.transaction(async (tx) => {
        await tx.query('SELECT posted FROM naive.wallets WHERE user_id = $1 FOR UPDATE', [userId]);
        const [hold] = await tx.query<{ amount: bigint }>('SELECT amount FROM naive.holds WHERE id = $1', [id]);
        await tx.query('INSERT INTO naive.resolutions (hold_id, amount, usage) VALUES ($1, $2, $3)', [
          id,
          charge,
          { inputTokens: 100, outputTokens: 150 },
        ]);
        const [journal] = await tx.query<{ id: bigint }>(
          'INSERT INTO naive.journals (idem_key, hold_id) VALUES ($1, $2) RETURNING id',
          [`settle:${id}`, id],
        );
        for (const [debit, credit] of [
          [`wallet:${userId}`, 'revenue:resale'],
          ['expense:provider_cost', 'payable:provider:bench'],
        ])
          await tx.query('INSERT INTO naive.transfers (journal_id, debit, credit, amount) VALUES ($1, $2, $3, $4)', [
            journal?.id,
            debit,
            credit,
            charge,
          ]);
        await tx.query('UPDATE naive.wallets SET posted = posted - $2, held = held - $3 WHERE user_id = $1', [
          userId,
          charge,
          hold?.amount,
        ]);
      }),
  };
}
