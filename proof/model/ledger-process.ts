// A server process as the ledger sees it: its own connections, its own ledger, and work that comes by message.
import { createLedger } from '../../apps/server/src/features/ledger/service.ts';
import { openDatabase } from '../../apps/server/src/platform/database/database.ts';
import { createLogger } from '../../apps/server/src/platform/telemetry/logger.ts';
import { createFakeClock } from '../../apps/server/src/testing/fake-clock.ts';
import { doWork, type WorkPlan } from './concurrent-work.ts';

/** What the process is sent. It answers with its `WorkLog` and ends. */
export interface Order {
  url: string;
  plan: WorkPlan;
}

const RENEWED_WITHIN_MS = 20;

process.once('message', async (order) => {
  const { url, plan } = order as Order;
  const database = openDatabase(url, { poolMax: plan.lanes });
  const clock = createFakeClock();
  const ledger = createLedger({ database, clock, logger: createLogger('silent') });
  const second = async () => {
    clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, RENEWED_WITHIN_MS));
  };
  const log = await doWork({ database, ledger, second }, plan);
  ledger.close();
  await database.close();
  process.send?.(log, () => process.disconnect());
});
