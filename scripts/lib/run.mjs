import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Runs a program to its end with this terminal, and resolves with its exit code (128 + n for a signal it died of). */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 128));
  });
}

/** The npm that runs this script, else the one beside this Node.js, else the one of the PATH. */
export function npmCommand() {
  const running = process.env.npm_execpath;
  if (running && basename(running).startsWith('npm-cli')) return { command: process.execPath, args: [running] };
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (existsSync(beside)) return { command: process.execPath, args: [beside] };
  return { command: 'npm', args: [] };
}
