import { residentMb } from '../lib/cpu-time.ts';
import type { Table } from '../lib/table.ts';
import { type Load, startLoad } from '../load/load.ts';
import type { LoadResult } from '../load/load-run.ts';
import { startBareProxy, startPortkey, startUpstream } from './peers.ts';
import { type Product, startProduct } from './product.ts';
import { type Figures, figuresOf, type Run, runOnce, SCENARIOS, type ScenarioId } from './scenarios.ts';
import { gatewayTables } from './tables.ts';
import type { Target } from './target.ts';

/** How long and how often the gateway is measured. */
export interface GatewayPlan {
  rounds: number;
  runMs: number;
  warmUpMs: number;
  buyers: number;
  /** Where the product's CPU profile is written; null: no profile. */
  profileFolder: string | null;
  say(line: string): void;
}

/** What a gateway bench found out. */
export interface GatewayReport {
  tables: Table[];
  facts: Record<string, string>;
  /** What must not be: calls that failed, books that do not agree. */
  faults: string[];
}

/** Which gateways a scenario is run on. */
type Who = 'bare' | 'many' | 'hot' | 'portkey';

/** The figures of every scenario and gateway that were run. */
export type Measured = Map<ScenarioId, Map<Who, Figures>>;

/** In this order within a round, so that what is compared is measured within seconds. */
const PLAN: Record<ScenarioId, Who[]> = {
  json32: ['bare', 'many', 'portkey'],
  json128: ['bare', 'many', 'hot', 'portkey'],
  json1: ['bare', 'many', 'portkey'],
  json10: ['bare', 'many', 'portkey'],
  steady: ['bare', 'many'],
  paced: ['bare', 'many'],
  atOnce: ['bare', 'many'],
};

interface Bench {
  load: Load;
  targets: Map<Who, Target>;
  plan: GatewayPlan;
  runs: Map<string, Run[]>;
  /** Nano-dollars that all answers of the product said they cost. */
  chargedNano: bigint;
}

const scenarioIds = Object.keys(PLAN) as ScenarioId[];

function note(bench: Bench, result: LoadResult): void {
  bench.chargedNano += BigInt(result.costNano);
}

async function warmUp(bench: Bench): Promise<void> {
  for (const target of bench.targets.values()) {
    for (const scenario of [SCENARIOS.json32, SCENARIOS.atOnce])
      note(bench, await runOnce(bench.load, target, scenario, bench.plan.warmUpMs / 2));
  }
}

async function runRound(bench: Bench): Promise<void> {
  for (const id of scenarioIds) {
    for (const who of PLAN[id]) {
      const target = bench.targets.get(who);
      if (!target) continue;
      const run = await runOnce(bench.load, target, SCENARIOS[id], bench.plan.runMs);
      note(bench, run);
      const key = `${id} ${who}`;
      bench.runs.set(key, [...(bench.runs.get(key) ?? []), run]);
    }
  }
}

function measuredOf(bench: Bench): Measured {
  return new Map(
    scenarioIds.map((id) => {
      const figures = PLAN[id].flatMap((who): [Who, Figures][] => {
        const runs = bench.runs.get(`${id} ${who}`);
        return runs ? [[who, figuresOf(runs)]] : [];
      });
      return [id, new Map(figures)];
    }),
  );
}

function faultsOf(measured: Measured): string[] {
  return [...measured].flatMap(([id, byTarget]) =>
    [...byTarget].flatMap(([who, { calls, errors, firstError }]) =>
      errors === 0 && calls > 0 ? [] : [`${id} ${who}: ${calls} calls, ${errors} errors, first: ${firstError}`],
    ),
  );
}

async function measure(bench: Bench, product: Product): Promise<GatewayReport> {
  const { plan } = bench;
  const memoryBefore = residentMb(product.many.pid);
  plan.say('warming up');
  await warmUp(bench);
  for (let round = 1; round <= plan.rounds; round += 1) {
    plan.say(`gateway round ${round} of ${plan.rounds}`);
    await runRound(bench);
  }
  const memoryAfter = residentMb(product.many.pid);
  const books = await product.faultOfBooks(bench.chargedNano);
  const measured = measuredOf(bench);
  return {
    tables: gatewayTables(measured, { memoryBefore, memoryAfter, books, chargedNano: bench.chargedNano }),
    facts: { PostgreSQL: product.postgresVersion },
    faults: [...faultsOf(measured), ...(books === null ? [] : [books])],
  };
}

/** Measures the product's gateway beside the bare proxy and, where it is installed, Portkey. Starts and ends all of them. */
export async function benchGateway(plan: GatewayPlan): Promise<GatewayReport> {
  const stops: (() => Promise<void>)[] = [];
  try {
    plan.say('starting the upstream, the gateways and the load generator');
    const upstream = await startUpstream();
    stops.push(upstream.child.stop);
    const load = startLoad();
    stops.push(load.stop);
    const bare = await startBareProxy(upstream.port);
    stops.push(bare.child.stop);
    const portkey = await startPortkey(upstream.port);
    if (portkey) stops.push(portkey.child.stop);
    const { buyers, profileFolder } = plan;
    const product = await startProduct({ upstreamPort: upstream.port, buyers, profileFolder });
    stops.push(product.stop);
    const targets = new Map<Who, Target>([
      ['bare', bare.target],
      ['many', product.many],
      ['hot', product.hot],
    ]);
    if (portkey) targets.set('portkey', portkey.target);
    return await measure({ load, targets, plan, runs: new Map(), chargedNano: 0n }, product);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
