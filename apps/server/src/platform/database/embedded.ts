import { setTimeout as sleep } from 'node:timers/promises';
import { prepareCluster } from './embedded-cluster.ts';
import { isAlive, isSomebodyElse } from './embedded-process.ts';
import {
  type BringUpOptions,
  bringUp,
  clusterUrl,
  type Running,
  SUPERVISOR_NAME,
  withConnection,
} from './embedded-server.ts';

/** A PostgreSQL server that this process looks after. */
export interface EmbeddedPostgres {
  /** Where to connect; stays the same when the server has to be started again. */
  url: string;
  /** Ends the server unless another process uses it. Close your own connections first. */
  stop(): Promise<void>;
}

const WATCH_INTERVAL_MS = 500;
const REVIVE_PAUSE_MIN_MS = 100;
const REVIVE_PAUSE_MAX_MS = 10_000;
/** A server that lived this long before it died did not die of its start. */
const STABLE_AFTER_MS = 60_000;
const LEAVE_LIMIT_MS = 2_000;
const LEAVE_POLL_MS = 50;
const STOP_LIMIT_MS = 30_000;

/** Starts `revive` when the server is gone, one at a time, with growing pauses when it keeps dying. */
function createWatch(deps: {
  isGone: () => boolean;
  isStopping: () => boolean;
  revive: () => Promise<void>;
  pauseMsMax: number;
  log: (message: string) => void;
}) {
  const ending = new AbortController();
  let reviving: Promise<void> | null = null;
  let pauseMs = REVIVE_PAUSE_MIN_MS;
  let bornAt = Date.now();

  async function reviveUntilItLives(): Promise<void> {
    if (Date.now() - bornAt > STABLE_AFTER_MS) pauseMs = REVIVE_PAUSE_MIN_MS;
    deps.log('PostgreSQL ended unexpectedly. Starting it again.');
    while (!deps.isStopping()) {
      try {
        await deps.revive();
        bornAt = Date.now();
        deps.log('PostgreSQL is back.');
        return;
      } catch (error) {
        deps.log(error instanceof Error ? error.message : String(error));
      } finally {
        await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, deps.pauseMsMax);
      }
    }
  }

  function check(): void {
    if (reviving !== null || deps.isStopping() || !deps.isGone()) return;
    reviving = reviveUntilItLives().finally(() => {
      reviving = null;
    });
  }

  const timer = setInterval(check, WATCH_INTERVAL_MS);
  timer.unref();
  return {
    check,
    async end() {
      clearInterval(timer);
      ending.abort();
      await reviving;
    },
  };
}

/**
 * Serves the cluster in `<dataDir>/postgres` and creates it when there is none. Adopts a server that a killed process
 * left running, starts one otherwise, and starts it again on the same port when it dies. The server belongs to no
 * terminal and survives this process; `stop` ends it. For tests only: `durable: false` trades crash safety for speed, and
 * `revivePauseMsMax` lets it be killed again and again.
 * Throws a sentence for an operator when the folder, the account, the programs or the version do not fit.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: (message: string) => void;
  durable?: boolean;
  revivePauseMsMax?: number;
}): Promise<EmbeddedPostgres> {
  const { dataDir, log, durable = true, revivePauseMsMax = REVIVE_PAUSE_MAX_MS } = options;
  const cluster = await prepareCluster({ dataDir, durable, log });
  let stopping = false;
  let watch: ReturnType<typeof createWatch> | null = null;
  const bringUpOptions: BringUpOptions = {
    port: null,
    durable,
    onExit: () => watch?.check(),
    isStopping: () => stopping,
  };
  let server: Running = await bringUp(cluster, bringUpOptions);
  const url = clusterUrl(cluster, server.port);
  const isGone = () => !isAlive(server.pid) || isSomebodyElse(server.pid, cluster.folder);
  watch = createWatch({
    isGone,
    isStopping: () => stopping,
    async revive() {
      server = await bringUp(cluster, { ...bringUpOptions, port: server.port });
    },
    pauseMsMax: revivePauseMsMax,
    log,
  });

  /** Connections of other processes; our own may need a moment to close. */
  async function isUsedByOthers(): Promise<boolean> {
    const deadline = Date.now() + LEAVE_LIMIT_MS;
    const users = "backend_type = 'client backend' AND application_name <> $1";
    for (;;) {
      const isUsed = await withConnection(cluster, server.port, async (client) => {
        const { rows } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE ${users}`, [SUPERVISOR_NAME]);
        return rows.length > 0;
      }).catch(() => false);
      if (!isUsed) return false;
      if (Date.now() > deadline) return true;
      await sleep(LEAVE_POLL_MS);
    }
  }

  async function stopOnce(): Promise<void> {
    stopping = true;
    await watch?.end();
    if (isGone()) return;
    if (await isUsedByOthers()) {
      log('PostgreSQL keeps running: another process uses it.');
      return;
    }
    process.kill(server.pid, 'SIGINT');
    const deadline = Date.now() + STOP_LIMIT_MS;
    while (!isGone() && Date.now() < deadline) await sleep(LEAVE_POLL_MS);
    if (!isGone()) log(`PostgreSQL (process ${server.pid}) is still writing its data; it will end by itself.`);
  }

  let stopped: Promise<void> | null = null;
  return {
    url,
    stop() {
      stopped ??= stopOnce();
      return stopped;
    },
  };
}
