import { processEnvironment, readConfig } from '../config.ts';
import { checkLedger } from '../features/ledger/verify.ts';
import { openDatabase } from '../platform/database/database.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded.ts';

/** `npm run ledger:verify`: checks the invariants of the books and exits 1 when one is broken. */
async function main(): Promise<number> {
  const config = readConfig(processEnvironment());
  const embedded =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: console.log }) : null;
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '');
  try {
    const check = await checkLedger(database);
    for (const invariant of check.invariants)
      console.log(`${invariant.ok ? 'ok   ' : 'WRONG'} ${invariant.id.padEnd(4)} ${invariant.detail}`);
    console.log(`${check.checked} transfers: ${check.ok ? 'the books are right' : 'THE BOOKS ARE WRONG'}`);
    return check.ok ? 0 : 1;
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
