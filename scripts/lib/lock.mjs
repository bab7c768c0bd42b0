import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
const ABANDONED_AFTER_MS = 30_000;
const POLL_MS = 200;

function ownerOf(path) {
  try {
    return readFileSync(join(path, 'owner.json'), 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True when the holder was killed: its process is gone, or its heartbeat is. */
function isAbandoned(path, owner) {
  try {
    const { host, pid } = JSON.parse(owner || '{}');
    if (host === hostname() && pid !== undefined && !isAlive(pid)) return true;
    return Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS;
  } catch {
    return false;
  }
}

/** Moves a lock folder away in one step; puts it back when another process had just renewed it. */
function remove(path, owner) {
  const away = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, away);
    if (ownerOf(away) === owner) rmSync(away, { recursive: true, force: true });
    else renameSync(away, path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** A folder that comes into being with its content, by renaming: the loser of two sees that it is not empty. */
function tryTake(path, owner) {
  const prepared = `${path}.${randomBytes(6).toString('hex')}`;
  mkdirSync(prepared, { recursive: true });
  writeFileSync(join(prepared, 'owner.json'), owner);
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Runs `work` while no other process on this folder runs it. A lock whose holder was killed is taken over.
 * `onWait` is called once when another process holds it.
 */
export async function withLock(path, onWait, work) {
  const owner = JSON.stringify({ host: hostname(), pid: process.pid, id: randomBytes(8).toString('hex') });
  mkdirSync(dirname(path), { recursive: true });
  let hasWaited = false;
  while (!tryTake(path, owner)) {
    const holder = ownerOf(path);
    if (holder !== '' && isAbandoned(path, holder)) {
      remove(path, holder);
      continue;
    }
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimesSync(path, now, now);
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    remove(path, owner);
  }
}
