import pg from 'pg';
import { AppError, isServiceUnavailable } from '../../lib/app-error.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';

/** A row as PostgreSQL gives it: int8 as bigint, timestamptz as Date, numeric as string. */
type Row = Record<string, unknown>;

/** What both the pool and one transaction can do. */
export interface Queryable {
  /**
   * Runs one statement with parameters. With `name` it is prepared once per connection and planned once, to find its rows by indexes only
   * (hot path): its best plan must not depend on the parameters.
   */
  query<T extends object = Row>(text: string, values?: readonly unknown[], name?: string): Promise<T[]>;
}

/** How a transaction runs. */
interface TransactionOptions {
  /** What each of its statements may take, waiting for locks included, in milliseconds; 15 s when absent. */
  statementMs?: number;
}

/** A PostgreSQL database behind a pool. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction on one connection; rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Resolves when the database answers; rejects with the reason. */
  ping(): Promise<void>;
  /** True when it has refused a statement within the last minute because its disk is full. Reading may go on all the same. */
  isDiskFull(): boolean;
  close(): Promise<void>;
}

const INT8_OID = 20;
const POOL_MAX = 20;
/** Connections for prepared statements: those are gathered into few, each of a few milliseconds. */
const PREPARED_POOL_MAX = 6;
/**
 * Planning a statement of the ledger takes as long as running it, and its plan is the same whatever the parameters are. All of them go by
 * keys: a table read whole looks cheap to PostgreSQL while it is small, and on a hot path never is.
 */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off -c enable_bitmapscan=off';
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/**
 * After its time a statement is cancelled by PostgreSQL, which says so. Who hears nothing so much later asks a connection that is dead: a host
 * that lost its power, or a router that forgot the connection, closes none.
 */
const SILENCE_MS = 5_000;
/** How long prepared statements wait for a row: they bear the calls of many people, and who locks a wallet for so long keeps them all. */
const PREPARED_LOCK_TIMEOUT_MS = 3_000;
/** A transaction whose process fell silent keeps its locks no longer. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/** PostgreSQL's code for a disk on which nothing more fits. */
const DISK_FULL = '53100';
/** A full disk is told of for so long: whether there is room again shows only when something is written. */
const DISK_FULL_TOLD_MS = 60_000;

const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8_OID) return (value: string) => BigInt(value);
    return pg.types.getTypeParser(oid, format);
  },
};

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** Error codes of Node.js and PostgreSQL that mean "not reachable now", as opposed to "wrong statement". */
const OUTAGE =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|57P0[1-5]|25P03|08\d{3}|53\d{3}|25006)$/;
const OUTAGE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;
/** Failures of a connection that is open: what was asked over it may have been done all the same. */
const FELL_SILENT = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|08\d{3})$/;
const FELL_SILENT_MESSAGE = /Connection terminated|Query read timeout/;
const IS_READING = /^\s*(SELECT|SHOW)\b/;
/** Codes of statements that waited too long for others, or for each other: the same may work in a moment. */
const BUSY = /^(57014|55P03|40P01|40001)$/;

const unavailable = (message: string, cause: unknown) =>
  new AppError('service_unavailable', { message, retryAfterSeconds: 2, cause });

/** Turns an outage, and a database that is too busy, into a 503 the client can act on; leaves every other error as it is. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (OUTAGE.test(codeOf(error)) || OUTAGE_MESSAGE.test(error.message))
    return unavailable('The database cannot be reached. Nothing was changed; try again in a moment.', error);
  if (BUSY.test(codeOf(error)))
    return unavailable('The database is busy. Nothing was changed; try again in a moment.', error);
  return error;
}

const maybeSaved = (cause: unknown) =>
  unavailable('The database fell silent while this was saved: look whether it was before you try again.', cause);

/** What became of a statement that is a transaction of its own: unless it only reads, nobody knows when the connection broke. */
function translateAlone(error: unknown, text: string): unknown {
  const told = translate(error);
  if (!(told instanceof AppError && error instanceof Error) || IS_READING.test(text)) return told;
  const fellSilent = FELL_SILENT.test(codeOf(error)) || FELL_SILENT_MESSAGE.test(error.message);
  return fellSilent ? maybeSaved(error) : told;
}

/** Remembers when the database last said that its disk is full. */
function createDiskWatch(clock: Pick<Clock, 'elapsed'>) {
  let fullAt: number | null = null;
  return {
    /** Takes note of an error of a statement, as `run` throws it. */
    note(error: unknown): void {
      if (error instanceof AppError && error.cause instanceof Error && codeOf(error.cause) === DISK_FULL)
        fullAt = clock.elapsed();
    },
    isFull: () => fullAt !== null && clock.elapsed() - fullAt <= DISK_FULL_TOLD_MS,
  };
}

/** True for an error of `query` or `transaction` that one statement met because it waited for others, though the database is there. */
export function isBusy(error: unknown): boolean {
  return error instanceof AppError && error.cause instanceof Error && BUSY.test(codeOf(error.cause));
}

/** True when `error` is PostgreSQL's unique violation, optionally of one named constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return false;
  return constraint === undefined || ('constraint' in error && error.constraint === constraint);
}

async function run<T extends object>(
  client: pg.Pool | pg.PoolClient,
  statement: { text: string; values: readonly unknown[]; name: string | undefined; limitMs?: number },
): Promise<T[]> {
  try {
    const { text, values, name, limitMs = STATEMENT_TIMEOUT_MS } = statement;
    const query = { text, values: [...values], types, query_timeout: limitMs + SILENCE_MS };
    const result = await client.query<T>(name === undefined ? query : { ...query, name });
    return result.rows;
  } catch (error) {
    throw client instanceof pg.Pool ? translateAlone(error, statement.text) : translate(error);
  }
}

/** Begins a transaction whose statements may take so long. */
async function begin(client: pg.PoolClient, statementMs: number | undefined): Promise<void> {
  const limits = ['statement_timeout', 'idle_in_transaction_session_timeout'];
  const changes = statementMs === undefined ? [] : limits.map((limit) => `SET LOCAL ${limit} = ${statementMs}`);
  await run(client, { text: ['BEGIN', ...changes].join('; '), values: [], name: undefined });
}

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await run(client, { text: 'COMMIT', values: [], name: undefined });
  } catch (error) {
    throw error instanceof AppError ? maybeSaved(error) : error;
  }
}

/** Undoes a transaction. That waits for nobody: a connection that is silent over it is dead, and who called is not kept by it. */
async function rollback(client: pg.PoolClient): Promise<void> {
  await run(client, { text: 'ROLLBACK', values: [], name: undefined, limitMs: 0 });
}

/**
 * Opens two pools on `url`, one of them for prepared statements. No connection is made until the first query.
 * An unreachable database rejects with AppError `service_unavailable` within about two seconds, one that fell silent within twenty.
 */
export function openDatabase(
  url: string,
  options: { poolMax?: number; onError?: (error: Error) => void; clock?: Pick<Clock, 'elapsed'> } = {},
): Database {
  const disk = createDiskWatch(options.clock ?? systemClock);
  const open = (config: pg.PoolConfig) => {
    const pool = new pg.Pool({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      application_name: 'q-marketplace',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      ...config,
    });
    pool.on('error', (error) => options.onError?.(error));
    pool.on('connect', (client) => client.on('error', (error) => options.onError?.(error)));
    return pool;
  };
  const pool = open({ max: options.poolMax ?? POOL_MAX });
  const prepared = open({
    max: Math.min(PREPARED_POOL_MAX, options.poolMax ?? PREPARED_POOL_MAX),
    lock_timeout: PREPARED_LOCK_TIMEOUT_MS,
    options: PLAN_ONCE,
  });

  return {
    async query<T extends object>(text: string, values: readonly unknown[] = [], name?: string): Promise<T[]> {
      try {
        return await run<T>(name === undefined ? pool : prepared, { text, values, name });
      } catch (error) {
        disk.note(error);
        throw error;
      }
    },
    async transaction(work, { statementMs } = {}) {
      const client = await pool.connect().catch((error: unknown) => {
        throw translate(error);
      });
      const limit = statementMs === undefined ? {} : { limitMs: statementMs };
      let broken: Error | undefined;
      try {
        await begin(client, statementMs);
        const result = await work({
          query: (text, values = [], name) => run(client, { text, values, name, ...limit }),
        });
        await commit(client);
        return result;
      } catch (error) {
        const told = translate(error);
        disk.note(told);
        // Nothing is asked of a connection that may be dead: it is closed, which rolls back too.
        if (isServiceUnavailable(told) && told instanceof Error) broken = told;
        else
          await rollback(client).catch((rollbackError: Error) => {
            broken = rollbackError;
          });
        throw told;
      } finally {
        client.release(broken);
      }
    },
    async ping() {
      await run(pool, { text: 'SELECT 1', values: [], name: undefined });
    },
    isDiskFull: disk.isFull,
    async close() {
      await Promise.all([pool.end(), prepared.end()]);
    },
  };
}
