import { createCatalog } from '../features/catalog/service.ts';
import { createProviderRegistry } from '../features/gateway/providers.ts';
import { createGateway } from '../features/gateway/service.ts';
import { grossOf } from '../features/ledger/charge.ts';
import { systemClock } from '../lib/clock.ts';
import { newId } from '../lib/id.ts';
import { createLogger } from '../platform/telemetry/logger.ts';
import { createScriptedProvider, usageOf } from './scripted-provider.ts';
import { createTestLedger } from './test-ledger.ts';

/** The model that is sold there. */
export const SCRIPTED_MODEL = 'sandbox/guide';
/** What a buyer has unless a test says otherwise, in nano-dollars. */
export const SCRIPTED_TOP_UP = 5_000_000_000n;

/** A gateway without HTTP over a ledger of its own; its one provider answers as a test says, with so many tokens at most. */
export async function createScriptedGateway({ maxOutput = null as number | null } = {}) {
  const provider = createScriptedProvider('sandbox');
  const books = await createTestLedger();
  const { database, ledger } = books;
  const catalog = createCatalog({ database, isProviderAvailable: (id) => id === 'sandbox', commissionBps: 3000 });
  await catalog.load();
  if (maxOutput !== null) {
    await database.query('UPDATE models SET max_output = $2 WHERE id = $1', [SCRIPTED_MODEL, maxOutput]);
    await catalog.refresh();
  }
  const entry = { id: 'sandbox', name: 'Sandbox', adapter: provider.adapter, keys: [] };
  const providers = createProviderRegistry([entry], systemClock);
  const deps = { catalog, ledger, providers, database, clock: systemClock, logger: createLogger('silent') };
  return {
    provider,
    books,
    catalog,
    gateway: createGateway(deps),
    /** Somebody with money. */
    async buyer(nano = SCRIPTED_TOP_UP): Promise<string> {
      const userId = newId('usr');
      await books.fund(userId, nano);
      return userId;
    },
    /** What so many tokens in and out cost, in nano-dollars. */
    priceOf(input: number, output: number): bigint {
      const model = catalog.get(SCRIPTED_MODEL);
      if (!model?.price) throw new Error('no price');
      return grossOf(usageOf(input, output), model.price);
    },
    async close(): Promise<void> {
      catalog.close();
      await books.close();
    },
  };
}
