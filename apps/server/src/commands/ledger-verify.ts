import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, processEnvironment, readConfig } from '../config.ts';
import { createSigner, type PublicSigningKey } from '../features/ledger/receipt-signature.ts';
import { checkLedger } from '../features/ledger/verify.ts';
import { digestKeys } from '../features/ledger/watch.ts';
import { openDatabase } from '../platform/database/database.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded.ts';
import { loadSecrets } from '../platform/secrets.ts';

/** The keys that may have signed digests; null on a machine that does not know the master key, and must not make another. */
function keysOf({ dataDir, masterKey, formerReceiptKeys }: Config): PublicSigningKey[] | null {
  if (masterKey === null && !existsSync(join(dataDir, 'master-key'))) return null;
  const { receiptKey } = loadSecrets({ dataDir, masterKey, production: false });
  return digestKeys(createSigner(receiptKey), formerReceiptKeys);
}

/**
 * `npm run ledger:verify [-- --json]`: checks the invariants of the books and exits 1 when one is broken, 2 when they could not be checked.
 * Reads only; a server may be running on the same database.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const config = readConfig(processEnvironment());
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const embedded =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: say }) : null;
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '');
  try {
    const keys = keysOf(config);
    if (keys === null) say('The master key is not here: who signed the digests is not checked.');
    const startedAt = performance.now();
    const { ok, checked, invariants } = await checkLedger(database, keys);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    if (values.json) {
      console.log(JSON.stringify({ ok, checked, invariants }));
      return ok ? 0 : 1;
    }
    for (const invariant of invariants)
      console.log(`${invariant.ok ? 'ok   ' : 'WRONG'} ${invariant.id.padEnd(4)} ${invariant.detail}`);
    console.log(`${checked} transfers in ${seconds} s: ${ok ? 'the books are right' : 'THE BOOKS ARE WRONG'}`);
    return ok ? 0 : 1;
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
