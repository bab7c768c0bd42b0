import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatPricePerMillion } from '@q/contract/money';
import { type Config, processEnvironment, readConfig } from '../config.ts';
import type { CatalogChanges } from '../features/catalog/apply-catalog.ts';
import { formatPricePerImage, type NewPriceVersion } from '../features/catalog/price.ts';
import { createCatalog } from '../features/catalog/service.ts';
import { openDatabase } from '../platform/database/database.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded.ts';
import { migrate } from '../platform/database/migrate.ts';

const FETCH_TIMEOUT_MS = 30_000;
const SOURCE_BYTES_MAX = 64 * 1024 * 1024;
const LINES_PER_KIND_MAX = 200;

const USAGE = `Usage: npm run catalog:sync -- <file|https-URL> [--dry-run] [--add-new] [--as-of YYYY-MM-DD]
  Takes facts and prices from a newer public catalog: the models.dev format (https://models.dev/api.json) or this program's
  own seed. Prices become new versions; what was charged before stays as it was.
  --dry-run   shows what would change and writes nothing
  --add-new   also takes text models of known providers that are not in the catalog yet
  --as-of     the day the file stands for (today when absent); models checked later are left alone`;

/** What the command prints on, and the day it runs on (today when absent). */
interface Output {
  line(text: string): void;
  today?: string;
}

/** A fault of the arguments or of the source: its message is all a person needs. */
class SyncFault extends Error {}

async function fetchSource(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch((error: unknown) => {
    throw new SyncFault(`${url} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!response.ok) throw new SyncFault(`${url} answered ${response.status}.`);
  if (!response.url.startsWith('https:')) throw new SyncFault(`${url} leads to an address without https.`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > SOURCE_BYTES_MAX) throw new SyncFault(`${url} is larger than ${SOURCE_BYTES_MAX} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function readText(source: string): Promise<string> {
  if (/^https:/i.test(source)) return fetchSource(source);
  if (/^[a-z]+:\/\//i.test(source)) throw new SyncFault('Give a file or an https address.');
  return readFile(source, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SyncFault(`${source} cannot be read (${error.code}).`);
  });
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyncFault(`${source} is not JSON.`);
  }
}

function describePrice(version: NewPriceVersion): string {
  const { unit, cost, list, validFrom } = version;
  const pair = (prices: NewPriceVersion['cost']) =>
    unit === 'image'
      ? `$${formatPricePerImage(prices.image)} an image`
      : `$${formatPricePerMillion(prices.input)} in, $${formatPricePerMillion(prices.output)} out`;
  return `cost ${pair(cost)}; sold at ${pair(list)}; from ${validFrom.toISOString()}`;
}

/** Facts that only say when and where the others were read. */
const BOOKKEEPING = new Set(['sources', 'checked_at']);

function printChanges(changes: CatalogChanges, output: Output): void {
  const print = (lines: readonly string[]) => {
    for (const line of lines.slice(0, LINES_PER_KIND_MAX)) output.line(line);
    if (lines.length > LINES_PER_KIND_MAX) output.line(`  … and ${lines.length - LINES_PER_KIND_MAX} more`);
  };
  print(changes.added.map((id) => `  new      ${id}`));
  let confirmed = 0;
  for (const { id, facts, prices } of changes.changed) {
    const news = facts.filter((name) => !BOOKKEEPING.has(name));
    if (news.length > 0) output.line(`  facts    ${id}: ${news.join(', ')}`);
    print(prices.map((version) => `  price    ${id}: ${describePrice(version)}`));
    if (news.length === 0 && prices.length === 0) confirmed += 1;
  }
  print(changes.skipped.map(({ id, why }) => `  skipped  ${id}: ${why}`));
  const { added, changed, unchanged, skipped } = changes;
  output.line(
    `${added.length} new, ${changed.length - confirmed} changed, ${unchanged + confirmed} as before, ${skipped.length} skipped.`,
  );
}

function readArguments(args: string[], today: string) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        'add-new': { type: 'boolean', default: false },
        'as-of': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const [source, ...rest] = positionals;
    const asOf = values['as-of'] ?? today;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(Date.parse(asOf)))
      throw new SyncFault('--as-of takes a day: YYYY-MM-DD.');
    // Rows checked on a day to come would be newer than every catalog until then.
    if (asOf > today) throw new SyncFault(`--as-of ${asOf} lies in the future.`);
    return { source: rest.length === 0 ? source : undefined, asOf, values };
  } catch (error) {
    throw error instanceof SyncFault ? error : new SyncFault(error instanceof Error ? error.message : String(error));
  }
}

async function withDatabase<T>(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  output: Output,
  work: (database: ReturnType<typeof openDatabase>) => Promise<T>,
): Promise<T> {
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log: (line) => output.line(line) })
      : null;
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '');
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

/**
 * Runs the command and returns its exit status: 0 when the catalog is up to date or the dry run is printed, 1 with a sentence for
 * the operator otherwise.
 */
export async function runCatalogSync(
  args: string[],
  environment: Record<string, string | undefined>,
  output: Output,
): Promise<number> {
  try {
    const today = output.today ?? new Date().toISOString().slice(0, 10);
    const { source, asOf, values } = readArguments(args, today);
    if (values.help || source === undefined) {
      output.line(USAGE);
      return values.help ? 0 : 1;
    }
    const data = parseJson(source, await readText(source));
    const config = readConfig(environment);
    return await withDatabase(config, output, async (database) => {
      const catalog = createCatalog({
        database,
        commissionBps: config.commissionBps,
        isProviderAvailable: () => false,
      });
      try {
        // A dry run writes nothing, the seed neither.
        if (!values['dry-run']) await catalog.load();
        const name = /^https:/i.test(source) ? source : basename(source);
        const options = { dryRun: values['dry-run'], addNew: values['add-new'] };
        const changes = await catalog.sync({ name, data, asOf }, options);
        output.line(values['dry-run'] ? `${name}: this would change` : `${name}: changed`);
        printChanges(changes, output);
        return 0;
      } finally {
        catalog.close();
      }
    });
  } catch (error) {
    output.line(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await runCatalogSync(process.argv.slice(2), processEnvironment(), {
    line: (text) => console.log(text),
  });
}
