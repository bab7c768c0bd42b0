import { createLedger } from '../../apps/server/src/features/ledger/service.ts';
import { systemClock } from '../../apps/server/src/lib/clock.ts';
import { newId } from '../../apps/server/src/lib/id.ts';
import { createLogger } from '../../apps/server/src/platform/telemetry/logger.ts';
import { cpuMsOfPostgres } from '../lib/cpu-time.ts';
import { medianOf } from '../lib/statistics.ts';
import { against, decimals, type Table, whole } from '../lib/table.ts';
import { type BenchDatabase, openBenchDatabase } from './bench-database.ts';
import { createNaiveLedger } from './naive-ledger.ts';
import { type PaidCall, runClosed, runSteady, type WorkResult } from './work.ts';

const CALLS_AT_ONCE = 128;
const STEADY_PER_SECOND = 200;
const HOLD_NANO = 2_000_000n;
const NAIVE_START_NANO = 1_000_000_000_000n;
const USAGE = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 150, reasoningTokens: 0 };
const NAIVE_CHARGE_NANO = 400_000n;

/** How long and how often the ledger is measured. */
export interface LedgerPlan {
  rounds: number;
  runMs: number;
  wallets: number;
  say(line: string): void;
}

/** One way of billing a call, on many wallets or one. */
interface Form {
  name: string;
  call: PaidCall;
  runs: WorkResult[];
  steady: WorkResult[];
}

/** Takes the wallets in turn, with a step that scatters them over the table. */
function turnOf(userIds: readonly string[]): () => string {
  let turn = 0;
  return () => {
    turn = (turn + 7_919) % userIds.length;
    return userIds[turn] ?? '';
  };
}

function ledgerCall(bench: BenchDatabase, ledger: ReturnType<typeof createLedger>, next: () => string): PaidCall {
  const { price } = bench;
  return {
    hold: () =>
      ledger.hold({
        id: newId('req'),
        userId: next(),
        apiKey: null,
        modelId: price.modelId,
        provider: 'bench',
        price,
        payee: 'bench',
        amount: HOLD_NANO,
      }),
    async settle(hold) {
      const attempts = [{ provider: 'bench', outcome: 'completed', upstreamRequestId: 'req_bench' }];
      const end = { usage: USAGE, usageSource: 'provider', reason: 'completed', attempts } as const;
      await ledger.settle(hold as Awaited<ReturnType<typeof ledger.hold>>, end);
    },
  };
}

function naiveCall(naive: Awaited<ReturnType<typeof createNaiveLedger>>, next: () => string): PaidCall {
  return {
    async hold() {
      const userId = next();
      return { id: await naive.hold(userId, HOLD_NANO), userId };
    },
    settle(hold) {
      const { id, userId } = hold as { id: string; userId: string };
      return naive.settle(id, userId, NAIVE_CHARGE_NANO);
    },
  };
}

/** A call that pays nothing: what the loop itself can do. */
const FREE_CALL: PaidCall = {
  hold: () => new Promise((resolve) => setImmediate(resolve)),
  settle: () => new Promise((resolve) => setImmediate(resolve)),
};

function row(form: Form): string[] {
  const { runs } = form;
  return [
    form.name,
    whole(medianOf(runs, (run) => run.perSecond)),
    whole(medianOf(runs, (run) => run.databaseCpuUs)),
    decimals(
      medianOf(runs, (run) => run.holdP50),
      1,
    ),
    decimals(
      medianOf(runs, (run) => run.settleP50),
      1,
    ),
    decimals(
      medianOf(runs, (run) => run.callP99),
      1,
    ),
    form.steady.length === 0
      ? '–'
      : decimals(
          medianOf(form.steady, (run) => run.holdP50),
          2,
        ),
    form.steady.length === 0
      ? '–'
      : decimals(
          medianOf(form.steady, (run) => run.holdP99),
          2,
        ),
  ];
}

function tablesOf(forms: Form[]): Table[] {
  const [many, hot] = forms;
  const perSecond = (form: Form | undefined) => medianOf(form?.runs ?? [], (run) => run.perSecond);
  const holdP50 = medianOf(many?.steady ?? [], (run) => run.holdP50);
  return [
    {
      title: 'Hold and settle without HTTP',
      note: `${CALLS_AT_ONCE} calls at once, each a hold and at once its settle, committed to disk; then ${STEADY_PER_SECOND} calls/s sent whether or not earlier ones ended. Naive: a transaction for each, statement by statement.`,
      columns: [
        '',
        'calls/s',
        'PostgreSQL CPU µs/call',
        'hold p50 ms',
        'settle p50 ms',
        'call p99 ms',
        'hold p50 at 200/s',
        'hold p99 at 200/s',
      ],
      rows: forms.map(row),
    },
    {
      title: 'Floors of the ledger',
      note: 'Paid calls a second are those of the first table.',
      columns: ['', 'measured', 'floor'],
      rows: [
        ['paid calls/s, many wallets', whole(perSecond(many)), against(perSecond(many), { min: 2_000 })],
        ['paid calls/s, one hot wallet', whole(perSecond(hot)), against(perSecond(hot), { min: 2_000 })],
        ['hold p50 at 200 calls/s', `${decimals(holdP50, 2)} ms`, against(holdP50, { max: 5 }, ' ms')],
      ],
    },
  ];
}

async function measure(bench: BenchDatabase, forms: Form[], plan: LedgerPlan): Promise<void> {
  const databaseCpuMs = () => cpuMsOfPostgres(bench.postmaster);
  for (const form of forms)
    await runClosed(form.call, { atOnce: CALLS_AT_ONCE, durationMs: plan.runMs / 3, databaseCpuMs });
  for (let round = 1; round <= plan.rounds; round += 1) {
    plan.say(`ledger round ${round} of ${plan.rounds}`);
    for (const form of forms) {
      form.runs.push(await runClosed(form.call, { atOnce: CALLS_AT_ONCE, durationMs: plan.runMs, databaseCpuMs }));
      if (form.call === FREE_CALL) continue;
      form.steady.push(
        await runSteady(form.call, { ratePerSecond: STEADY_PER_SECOND, durationMs: plan.runMs, databaseCpuMs }),
      );
    }
  }
}

/** Measures the ledger itself beside a naive one and none, on a database of its own. */
export async function benchLedger(plan: LedgerPlan) {
  plan.say(`starting a database with ${plan.wallets} wallets`);
  const bench = await openBenchDatabase(plan.wallets);
  const ledger = createLedger({ database: bench.database, clock: systemClock, logger: createLogger('warn') });
  try {
    const naive = await createNaiveLedger(bench.database, bench.userIds, NAIVE_START_NANO);
    const one = bench.userIds.slice(0, 1);
    const form = (name: string, call: PaidCall): Form => ({ name, call, runs: [], steady: [] });
    const forms = [
      form(`ledger, ${plan.wallets} wallets`, ledgerCall(bench, ledger, turnOf(bench.userIds))),
      form('ledger, one hot wallet', ledgerCall(bench, ledger, turnOf(one))),
      form(`naive, ${plan.wallets} wallets`, naiveCall(naive, turnOf(bench.userIds))),
      form('naive, one hot wallet', naiveCall(naive, turnOf(one))),
      form('no billing', FREE_CALL),
    ];
    await measure(bench, forms, plan);
    const check = await ledger.check();
    const broken = check.invariants.filter((invariant) => !invariant.ok);
    return {
      tables: tablesOf(forms),
      facts: { PostgreSQL: `${bench.version} (embedded)` },
      faults: broken.map((invariant) => `${invariant.id}: ${invariant.detail}`),
    };
  } finally {
    ledger.close();
    await bench.close();
  }
}
