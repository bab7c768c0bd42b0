import { cpuMsOf } from '../lib/cpu-time.ts';

/** What load is sent to: a gateway with its requests, and what tells its costs. */
export interface Target {
  name: string;
  port: number;
  /** Headers that every request bears: one set for each caller. */
  callers: Record<string, string>[];
  model: string;
  pid: number;
  /** CPU time of the gateway's process so far, in milliseconds. */
  cpuMs(): number;
  /** CPU time of its database so far; 0 where there is none. */
  databaseCpuMs(): number;
}

/** A target without a database whose callers are all the same. */
export function plainTarget(given: {
  name: string;
  port: number;
  pid: number;
  model: string;
  headers: Record<string, string>;
}): Target {
  const { name, port, pid, model, headers } = given;
  return { name, port, pid, model, callers: [headers], cpuMs: () => cpuMsOf(pid), databaseCpuMs: () => 0 };
}
