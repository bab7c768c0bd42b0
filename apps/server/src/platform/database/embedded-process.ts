import { readdirSync, readFileSync, statSync } from 'node:fs';
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

/** True when the system knows this process number, even of a dead process that nobody has collected yet. */
export function isKnown(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** True when a process with this number runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  return isKnown(pid) && linuxState(pid) !== 'Z';
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

/** Whether a Linux process is a PostgreSQL working in `folder`; null when we may not know. Throws when it has ended. */
function worksIn(pid: number, folder: string): boolean | null {
  if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false;
  const here = statSync(folder);
  try {
    const there = statSync(`/proc/${pid}/cwd`);
    return there.dev === here.dev && there.ino === here.ino;
  } catch {
    return statSync(`/proc/${pid}`).uid === here.uid ? null : false;
  }
}

/**
 * True when it is certain that the process named in a lock file is not a PostgreSQL server of this folder: its number was
 * given to another program after a crash or a reboot. PostgreSQL itself would refuse to start then. Only Linux can tell.
 */
export function isSomebodyElse(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') return false;
  if (linuxState(pid) === 'Z') return true;
  try {
    return worksIn(pid, folder) === false;
  } catch {
    return false;
  }
}

/** True when any PostgreSQL process may still write to this folder, such as a child that outlived its killed server. */
export function isServed(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name) || linuxState(Number(name)) === 'Z') return false;
    try {
      return worksIn(Number(name), folder) !== false;
    } catch {
      return false;
    }
  });
}

/** Removes a lock file whose server is known to be gone, unless another server has written a new one meanwhile. */
export async function removeLockFile(folder: string, lock: LockFile): Promise<void> {
  const now = await readLockFile(folder);
  if (now?.text === lock.text) await rm(join(folder, 'postmaster.pid'), { force: true });
}
