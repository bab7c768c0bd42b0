import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const STOP_LIMIT_MS = 15_000;
const OUTPUT_CHARACTERS_MAX = 20_000;
/** Part of util-linux; other systems do without. */
const TASKSET = 'taskset';
/** The loader of `npm start`. */
const TYPESCRIPT = new URL('../../scripts/lib/register-typescript.mjs', import.meta.url).href;

/** A process the bench has started and will end. */
export interface Child {
  pid: number;
  process: ChildProcess;
  /** The last of what it wrote. */
  output(): string;
  /** Resolves with the match once the output matches; rejects when the process ends or time is over. */
  said(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>;
  /** Ends it and resolves when it is gone. */
  stop(): Promise<void>;
}

interface Start {
  /** A TypeScript or JavaScript file. */
  file: string | URL;
  args?: string[];
  nodeArgs?: string[];
  env?: Record<string, string>;
  cwd?: string;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a Node.js program, which reads TypeScript if it is written in it, with a channel for messages. */
export function startNode(start: Start): Child {
  const file = start.file instanceof URL ? fileURLToPath(start.file) : start.file;
  const isTypeScript = file.endsWith('.ts');
  const child = spawn(
    process.execPath,
    [...(isTypeScript ? ['--import', TYPESCRIPT] : []), ...(start.nodeArgs ?? []), file, ...(start.args ?? [])],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], ...start.env },
      ...(start.cwd === undefined ? {} : { cwd: start.cwd }),
    },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  let output = '';
  const keep = (piece: Buffer) => {
    output = (output + piece.toString()).slice(-OUTPUT_CHARACTERS_MAX);
  };
  // Not when it exits: what it wrote last may be read later than that.
  let isOver = false;
  child.once('close', () => {
    isOver = true;
  });
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return {
    pid: child.pid ?? 0,
    process: child,
    output: () => output,
    async said(pattern, withinMs) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (isOver || Date.now() > deadline)
          throw new Error(`${file} did not start (${child.signalCode ?? child.exitCode}):\n${output}`);
        await sleep(20);
      }
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const inTime = await Promise.race([gone.then(() => true), sleep(STOP_LIMIT_MS, false, { ref: false })]);
  if (inTime) return;
  child.kill('SIGKILL');
  await gone;
}

/**
 * Binds a process to one core, where there are several and the system has `taskset`. Gateways share the first, what loads and
 * feeds them the second, so that neither takes the other's time; databases may use both.
 */
export function bindTo(pid: number, core: 'gateway' | 'load'): void {
  if (cpus().length < 2) return;
  try {
    execFileSync(TASKSET, ['-a', '-c', '-p', core === 'gateway' ? '0' : '1', String(pid)], { stdio: 'ignore' });
  } catch {
    // Without it the figures are noisier, and still right.
  }
}
