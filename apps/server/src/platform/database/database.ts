import pg from 'pg';
import { AppError } from '../../lib/app-error.ts';

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

/** A PostgreSQL database behind a pool. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction on one connection; rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Resolves when the database answers; rejects with the reason. */
  ping(): Promise<void>;
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

const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8_OID) return (value: string) => BigInt(value);
    return pg.types.getTypeParser(oid, format);
  },
};

/** PostgreSQL error codes that mean "not reachable now", as opposed to "wrong statement". */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[1-3]|08\d{3}|53\d{3}|25006)$/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      error.message,
    )
  );
}

/** Turns an outage into a 503 the client can act on; leaves every other error as it is. */
function translate(error: unknown): unknown {
  if (!isOutage(error)) return error;
  return new AppError('service_unavailable', {
    message: 'The database cannot be reached. Nothing was changed; try again in a moment.',
    retryAfterSeconds: 2,
    cause: error,
  });
}

/** True when `error` is PostgreSQL's unique violation, optionally of one named constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return false;
  return constraint === undefined || ('constraint' in error && error.constraint === constraint);
}

async function run<T extends object>(
  client: pg.Pool | pg.PoolClient,
  statement: { text: string; values: readonly unknown[]; name: string | undefined },
): Promise<T[]> {
  try {
    const { text, values, name } = statement;
    const result = await client.query<T>({ text, values: [...values], types, ...(name === undefined ? {} : { name }) });
    return result.rows;
  } catch (error) {
    throw translate(error);
  }
}

/**
 * Opens two pools on `url`, one of them for prepared statements. No connection is made until the first query.
 * An unreachable database rejects with AppError `service_unavailable` within about two seconds.
 */
export function openDatabase(
  url: string,
  options: { poolMax?: number; onError?: (error: Error) => void } = {},
): Database {
  const open = (config: pg.PoolConfig) => {
    const pool = new pg.Pool({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      application_name: 'q-marketplace',
      keepAlive: true,
      ...config,
    });
    pool.on('error', (error) => options.onError?.(error));
    pool.on('connect', (client) => client.on('error', (error) => options.onError?.(error)));
    return pool;
  };
  const pool = open({ max: options.poolMax ?? POOL_MAX });
  const prepared = open({ max: Math.min(PREPARED_POOL_MAX, options.poolMax ?? PREPARED_POOL_MAX), options: PLAN_ONCE });

  return {
    query: (text, values = [], name) => run(name === undefined ? pool : prepared, { text, values, name }),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw translate(error);
      });
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work({ query: (text, values = [], name) => run(client, { text, values, name }) });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw translate(error);
      } finally {
        client.release(broken);
      }
    },
    async ping() {
      await run(pool, { text: 'SELECT 1', values: [], name: undefined });
    },
    async close() {
      await Promise.all([pool.end(), prepared.end()]);
    },
  };
}
