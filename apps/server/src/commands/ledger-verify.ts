import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Config, processEnvironment, readConfig } from '../config.ts';
import { createSigner, type PublicSigningKey } from '../features/ledger/receipt-signature.ts';
import { checkLedger, checkOpenDays, type LedgerCheck } from '../features/ledger/verify.ts';
import { digestKeys } from '../features/ledger/watch.ts';
import { openDatabase } from '../platform/database/database.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded.ts';
import { loadSecrets } from '../platform/secrets.ts';

const RIGHT = 0;
const WRONG = 1;
const NOT_CHECKED = 2;

/** Where the command writes: `line` is the answer, `note` is about the answer. */
interface Output {
  line(text: string): void;
  note(text: string): void;
}

/** The keys that may have signed digests; null on a machine that does not know the master key, and must not make another. */
function keysOf({ dataDir, masterKey, formerReceiptKeys }: Config): PublicSigningKey[] | null {
  if (masterKey === null && !existsSync(join(dataDir, 'master-key'))) return null;
  const { receiptKey } = loadSecrets({ dataDir, masterKey, production: false });
  return digestKeys(createSigner(receiptKey), formerReceiptKeys);
}

async function check(config: Config, onlyOpenDays: boolean, output: Output): Promise<LedgerCheck> {
  const keys = keysOf(config);
  if (keys === null) output.note('The master key is not here: who signed the digests is not checked.');
  const embedded =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: output.note }) : null;
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '');
  try {
    return await (onlyOpenDays ? checkOpenDays : checkLedger)(database, keys);
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

function print({ ok, checked, since, invariants }: LedgerCheck, output: Output): void {
  for (const invariant of invariants)
    output.line(`${invariant.ok ? 'ok   ' : 'WRONG'} ${invariant.id.padEnd(4)} ${invariant.detail}`);
  const which = since === null ? 'transfers' : `transfers since ${since}`;
  output.line(`${checked} ${which}: ${ok ? 'the books are right' : 'THE BOOKS ARE WRONG'}`);
}

/**
 * `npm run ledger:verify [-- --json] [--open-days]`: checks the invariants of the books, or of what was written since the last closed day.
 * Resolves to the exit code: 1 when one is broken, 2 when they could not be checked. Reads only; a server may be running on the same database.
 */
export async function runLedgerVerify(
  args: string[],
  environment: Record<string, string | undefined>,
  output: Output,
): Promise<number> {
  try {
    const option = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ args, options: { json: option, 'open-days': option } });
    const verdict = await check(readConfig(environment), values['open-days'], output);
    const { ok, checked, since, invariants } = verdict;
    if (values.json) output.line(JSON.stringify({ ok, checked, since, invariants }));
    else print(verdict, output);
    return ok ? RIGHT : WRONG;
  } catch (error) {
    output.note(error instanceof Error ? error.message : String(error));
    return NOT_CHECKED;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await runLedgerVerify(process.argv.slice(2), processEnvironment(), {
    line: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  });
}
