import { percentile } from '../lib/statistics.ts';

/** A call as billing sees it: money is set aside, then charged. */
export interface PaidCall {
  hold(): Promise<unknown>;
  settle(hold: unknown): Promise<unknown>;
}

/** What a run came to. Times in milliseconds, CPU in microseconds a call. */
export interface WorkResult {
  perSecond: number;
  databaseCpuUs: number;
  holdP50: number;
  holdP99: number;
  settleP50: number;
  callP99: number;
}

interface Times {
  holds: number[];
  settles: number[];
  calls: number[];
}

async function callOnce(call: PaidCall, times: Times): Promise<void> {
  const startedAt = performance.now();
  const hold = await call.hold();
  const heldAt = performance.now();
  await call.settle(hold);
  const endedAt = performance.now();
  times.holds.push(heldAt - startedAt);
  times.settles.push(endedAt - heldAt);
  times.calls.push(endedAt - startedAt);
}

async function timed(databaseCpuMs: () => number, work: (times: Times) => Promise<void>): Promise<WorkResult> {
  const times: Times = { holds: [], settles: [], calls: [] };
  const cpuBefore = databaseCpuMs();
  const startedAt = performance.now();
  await work(times);
  const seconds = (performance.now() - startedAt) / 1_000;
  const calls = times.calls.length;
  for (const each of [times.holds, times.settles, times.calls]) each.sort((a, b) => a - b);
  return {
    perSecond: calls / seconds,
    databaseCpuUs: ((databaseCpuMs() - cpuBefore) * 1_000) / Math.max(1, calls),
    holdP50: percentile(times.holds, 0.5),
    holdP99: percentile(times.holds, 0.99),
    settleP50: percentile(times.settles, 0.5),
    callP99: percentile(times.calls, 0.99),
  };
}

/** Keeps `atOnce` calls running for a while. */
export function runClosed(
  call: PaidCall,
  run: { atOnce: number; durationMs: number; databaseCpuMs: () => number },
): Promise<WorkResult> {
  return timed(run.databaseCpuMs, async (times) => {
    const until = performance.now() + run.durationMs;
    const worker = async () => {
      while (performance.now() < until) await callOnce(call, times);
    };
    await Promise.all(Array.from({ length: run.atOnce }, worker));
  });
}

/** Starts calls at a steady rate, whether or not earlier ones have ended. */
export function runSteady(
  call: PaidCall,
  run: { ratePerSecond: number; durationMs: number; databaseCpuMs: () => number },
): Promise<WorkResult> {
  return timed(run.databaseCpuMs, async (times) => {
    const startedAt = performance.now();
    const total = Math.floor((run.ratePerSecond * run.durationMs) / 1_000);
    const calls: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = ((performance.now() - startedAt) * run.ratePerSecond) / 1_000;
        while (calls.length < Math.min(due, total)) calls.push(callOnce(call, times));
        if (calls.length < total) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    await Promise.all(calls);
  });
}
