import { medianOf } from '../lib/statistics.ts';
import { chatRequest, type Load } from '../load/load.ts';
import type { LoadResult } from '../load/load-run.ts';
import type { Target } from './target.ts';

/** How load is put on a gateway. */
export interface Scenario {
  id: string;
  answer: 'json' | 'paced stream' | 'stream at once';
  connections: number;
  ratePerSecond: number | null;
}

/** The scenarios, by what they show. */
export const SCENARIOS = {
  json32: { id: 'json32', answer: 'json', connections: 32, ratePerSecond: null },
  json128: { id: 'json128', answer: 'json', connections: 128, ratePerSecond: null },
  json1: { id: 'json1', answer: 'json', connections: 1, ratePerSecond: null },
  json10: { id: 'json10', answer: 'json', connections: 10, ratePerSecond: null },
  steady: { id: 'steady', answer: 'json', connections: 64, ratePerSecond: 200 },
  paced: { id: 'paced', answer: 'paced stream', connections: 16, ratePerSecond: null },
  atOnce: { id: 'atOnce', answer: 'stream at once', connections: 32, ratePerSecond: null },
} as const satisfies Record<string, Scenario>;

/** The name of a scenario. */
export type ScenarioId = keyof typeof SCENARIOS;

/** One run of one scenario on one target. CPU in microseconds a call. */
export interface Run extends LoadResult {
  perSecond: number;
  cpuUs: number;
  databaseCpuUs: number;
}

/** Medians of several runs of the same. */
export type Figures = Pick<
  Run,
  'perSecond' | 'cpuUs' | 'databaseCpuUs' | 'p50' | 'p99' | 'firstEventP50' | 'firstEventP99'
> & { errors: number; calls: number; firstError: string | null };

const PROMPT = 'Write a paragraph about the sea, the wind and the harbour as a sailor would tell it to a friend.';

function requestsOf(target: Target, scenario: Scenario): string[] {
  const isStream = scenario.answer !== 'json';
  const content = scenario.answer === 'stream at once' ? `${PROMPT} Tell it at once.` : PROMPT;
  const body = {
    model: target.model,
    messages: [
      { role: 'system', content: 'You are brief and friendly.' },
      { role: 'user', content },
    ],
    max_tokens: 256,
    ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  return target.callers.map((headers) => chatRequest(body, headers));
}

/** Runs a scenario once and reads the CPU time that it took. */
export async function runOnce(load: Load, target: Target, scenario: Scenario, durationMs: number): Promise<Run> {
  const { connections, ratePerSecond } = scenario;
  const requests = requestsOf(target, scenario);
  const before = { own: target.cpuMs(), database: target.databaseCpuMs() };
  const result = await load.run({ port: target.port, requests, connections, durationMs, ratePerSecond });
  const calls = Math.max(1, result.calls);
  return {
    ...result,
    perSecond: result.calls / result.seconds,
    cpuUs: ((target.cpuMs() - before.own) * 1_000) / calls,
    databaseCpuUs: ((target.databaseCpuMs() - before.database) * 1_000) / calls,
  };
}

/** The medians of runs of the same scenario on the same target. */
export function figuresOf(runs: readonly Run[]): Figures {
  return {
    perSecond: medianOf(runs, (run) => run.perSecond),
    cpuUs: medianOf(runs, (run) => run.cpuUs),
    databaseCpuUs: medianOf(runs, (run) => run.databaseCpuUs),
    p50: medianOf(runs, (run) => run.p50),
    p99: medianOf(runs, (run) => run.p99),
    firstEventP50: medianOf(runs, (run) => run.firstEventP50),
    firstEventP99: medianOf(runs, (run) => run.firstEventP99),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
    calls: runs.reduce((sum, run) => sum + run.calls, 0),
    firstError: runs.find((run) => run.firstError !== null)?.firstError ?? null,
  };
}
