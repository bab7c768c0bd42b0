import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/server/src/platform/database/embedded.ts';

const MEMORY_DISK = '/dev/shm';
const MEMORY_DISK_MIN_BYTES = 2_000_000_000;
/** It is killed on purpose: nothing is spared by waiting longer each time. */
const REVIVE_PAUSE_MS_MAX = 200;

/** Like the test set-up: in memory where there is enough of it. */
function temporaryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    return bavail * bsize > MEMORY_DISK_MIN_BYTES ? MEMORY_DISK : tmpdir();
  } catch {
    return tmpdir();
  }
}

/**
 * A PostgreSQL of one's own in a temporary folder, which goes with `stop`. It is started again by itself when it is killed, and loses
 * nothing then: what is committed is with the operating system, which survives.
 */
export async function startScratchPostgres() {
  // The prefix is the test set-up's, whose next run removes what a killed run has left.
  const folder = mkdtempSync(join(temporaryFolder(), 'q-test-postgres-'));
  const said: string[] = [];
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    durable: false,
    revivePauseMsMax: REVIVE_PAUSE_MS_MAX,
    log: (line) => void said.push(line),
  });
  return {
    url: server.url,
    /** Where its lock file is. */
    clusterFolder: join(folder, 'postgres'),
    said,
    async stop(): Promise<void> {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
