import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/<pid>/stat after the command's name, see proc_pid_stat(5). */
const PARENT = 1;
const OWN = [11, 12];
const WAITED_FOR_CHILDREN = [13, 14];

function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold spaces and brackets itself.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function milliseconds(stat: string[], fields: readonly number[]): number {
  const ticks = fields.reduce((sum, field) => sum + Number(stat[field] ?? 0), 0);
  return (ticks * 1_000) / TICKS_PER_SECOND;
}

/** CPU time (user and system) a process has used so far, in milliseconds; 0 once it is gone. */
export function cpuMsOf(pid: number): number {
  return milliseconds(statOf(pid), OWN);
}

/** CPU time of a PostgreSQL server with all its processes, those that have ended included, in milliseconds. */
export function cpuMsOfPostgres(postmaster: number): number {
  const own = milliseconds(statOf(postmaster), [...OWN, ...WAITED_FOR_CHILDREN]);
  return childrenOf(postmaster).reduce((sum, pid) => sum + cpuMsOf(pid), own);
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)[PARENT]) === parent);
}

/** Resident memory of a process in megabytes; 0 once it is gone. */
export function residentMb(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
