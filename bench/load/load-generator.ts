// Runs load for its parent, in a process of its own: one message asks for a run, one answers.
import { percentile } from '../lib/statistics.ts';
import { type Answer, type Connection, openConnection } from './connection.ts';
import type { LoadResult, LoadRun } from './load-run.ts';

/** Running calls are waited for this long after the run. */
const DRAIN_MS = 10_000;
const NANO_PER_USD = 1_000_000_000;

interface Tally {
  calls: number;
  errors: number;
  firstError: string | null;
  times: number[];
  firstEvents: number[];
  costNano: number;
}

/** What an answer says it cost: in a header, or in the last event of a stream. */
function costOf(answer: Answer): number {
  const header = /\r\nx-cost-usd: (\d+)\.(\d{9})/i.exec(answer.head);
  const match = header ?? /"cost_usd":"(\d+)\.(\d{9})"/.exec(answer.body.slice(answer.body.lastIndexOf('"cost_usd"')));
  return match ? Number(match[1]) * NANO_PER_USD + Number(match[2]) : 0;
}

function count(tally: Tally, answer: Answer | null, sentAt: number): void {
  if (answer === null || answer.status !== 200) {
    tally.errors += 1;
    tally.firstError ??= answer === null ? 'the connection broke' : `${answer.status} ${answer.body.slice(0, 300)}`;
    return;
  }
  tally.calls += 1;
  tally.costNano += costOf(answer);
  tally.times.push(performance.now() - sentAt);
  if (answer.firstEventAt !== null) tally.firstEvents.push(answer.firstEventAt - sentAt);
}

function openAll(run: LoadRun): Promise<Connection[]> {
  return Promise.all(
    Array.from(
      { length: run.connections },
      () =>
        new Promise<Connection>((resolve) => {
          const connection = openConnection(run.port, () => resolve(connection));
        }),
    ),
  );
}

/** Each connection sends its next request when it has its answer. Resolves when all have stopped. */
function loadClosed(run: LoadRun, connections: Connection[], tally: Tally): Promise<void> {
  const until = performance.now() + run.durationMs;
  let turn = 0;
  let left = connections.length;
  return new Promise((resolve) => {
    const next = (connection: Connection) => {
      const now = performance.now();
      if (now >= until || connection.isBroken) {
        left -= 1;
        if (left === 0) resolve();
        return;
      }
      const request = run.requests[turn % run.requests.length] ?? '';
      turn += 1;
      connection.ask(request, (answer) => {
        count(tally, answer, now);
        next(connection);
      });
    };
    for (const connection of connections) next(connection);
  });
}

/** Sends at a steady rate. A request's time counts from when it was due, so that waiting for a connection is not hidden. */
function loadOpen(run: LoadRun & { ratePerSecond: number }, connections: Connection[], tally: Tally): Promise<void> {
  const startedAt = performance.now();
  const total = Math.floor((run.ratePerSecond * run.durationMs) / 1_000);
  const idle = [...connections];
  const waiting: number[] = [];
  let due = 0;
  let answered = 0;
  return new Promise((resolve) => {
    const send = (connection: Connection, at: number) => {
      connection.ask(run.requests[due % run.requests.length] ?? '', (answer) => {
        count(tally, answer, at);
        answered += 1;
        const late = waiting.shift();
        if (late !== undefined) send(connection, late);
        else idle.push(connection);
        if (answered === total) resolve();
      });
    };
    const timer = setInterval(() => {
      const now = performance.now();
      for (; due < total && startedAt + (due * 1_000) / run.ratePerSecond <= now; due += 1) {
        const connection = idle.pop();
        if (connection) send(connection, now);
        else waiting.push(now);
      }
      if (due >= total) clearInterval(timer);
    }, 1);
  });
}

async function perform(run: LoadRun): Promise<LoadResult> {
  const tally: Tally = { calls: 0, errors: 0, firstError: null, times: [], firstEvents: [], costNano: 0 };
  const connections = await openAll(run);
  const startedAt = performance.now();
  const { ratePerSecond } = run;
  const work =
    ratePerSecond === null
      ? loadClosed(run, connections, tally)
      : loadOpen({ ...run, ratePerSecond }, connections, tally);
  const limit = setTimeout(() => {
    for (const connection of connections) connection.close();
  }, run.durationMs + DRAIN_MS);
  await work;
  clearTimeout(limit);
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  const { calls, errors, firstError, costNano, times, firstEvents } = tally;
  times.sort((a, b) => a - b);
  firstEvents.sort((a, b) => a - b);
  return {
    calls,
    errors,
    firstError,
    seconds,
    costNano,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    firstEventP50: percentile(firstEvents, 0.5),
    firstEventP99: percentile(firstEvents, 0.99),
  };
}

process.on('message', (run: LoadRun) => {
  void perform(run).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
