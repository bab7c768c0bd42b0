import { readFileSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What PostgreSQL wrote into `postmaster.pid`. */
export interface LockFile {
  pid: number;
  /** Null while the server is so young that it has not written it yet. */
  port: number | null;
  text: string;
}

/** State letter of a Linux process (`Z` for a dead one nobody has collected); null where there is no /proc. */
function linuxState(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
  } catch {
    return null;
  }
}

/** True when a process with this number runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return linuxState(pid) !== 'Z';
}

/** Reads `postmaster.pid`; null when there is none or PostgreSQL is just writing it. */
export async function readLockFile(folder: string): Promise<LockFile | null> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const port = Number(lines[3]);
  return { pid, port: Number.isInteger(port) && port > 0 ? port : null, text };
}

/**
 * True when it is certain that the process named in a lock file is not a PostgreSQL server of this folder: its number was
 * given to another program after a crash or a reboot. PostgreSQL itself would refuse to start then. Only Linux can tell.
 */
export function isSomebodyElse(lock: LockFile, folder: string): boolean {
  if (process.platform !== 'linux') return false;
  if (linuxState(lock.pid) === 'Z') return true;
  try {
    if (readFileSync(`/proc/${lock.pid}/comm`, 'utf8').trim() !== 'postgres') return true;
    const there = statSync(`/proc/${lock.pid}/cwd`);
    const here = statSync(folder);
    return there.dev !== here.dev || there.ino !== here.ino;
  } catch {
    return false;
  }
}

/** Removes a lock file whose server is known to be gone, unless another server has written a new one meanwhile. */
export async function removeLockFile(folder: string, lock: LockFile): Promise<void> {
  const now = await readLockFile(folder);
  if (now?.text === lock.text) await rm(join(folder, 'postmaster.pid'), { force: true });
}
