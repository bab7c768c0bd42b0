import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OnceRequest } from '../../http/idempotency-key.ts';
import { systemClock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import { requestFingerprint } from '../../lib/request-fingerprint.ts';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { type Claim, createIdempotency, type Idempotency, KEPT_BYTES_MAX } from './service.ts';

let drop: () => Promise<void>;
let databases: Database[];
let processes: Idempotency[];
let userId: string;
const logger = createLogger('silent');

beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  databases = [openDatabase(created.url), openDatabase(created.url)];
  processes = databases.map((database) => createIdempotency({ database, clock: systemClock, logger }));
  await db().query('CREATE TABLE done (what text NOT NULL)');
});
afterAll(async () => {
  for (const each of processes) each.close();
  for (const each of databases) await each.close();
  await drop();
});
beforeEach(async () => {
  userId = await addUser();
});

async function addUser(): Promise<string> {
  const id = newId('usr');
  await db().query("INSERT INTO users (id, email, email_key, password_hash) VALUES ($1, $1, $1, 'x')", [id]);
  return id;
}
const db = () => databases[0]!;
const first = () => processes[0]!;
const other = () => processes[1]!;
function request(body: unknown = {}, key = newId('txn')): OnceRequest {
  return { userId, key, fingerprint: requestFingerprint('POST', '/money', body) };
}
const timesDone = async (what: string) =>
  (await db().query<{ n: number }>('SELECT count(*)::int AS n FROM done WHERE what = $1', [what]))[0]?.n;
const rowOf = async ({ key }: OnceRequest) =>
  (
    await db().query<{ call_id: string; status: number | null; body: string | null }>(
      'SELECT call_id, status, body FROM idempotency_keys WHERE user_id = $1 AND key = $2',
      [userId, key],
    )
  )[0];
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fulfilled',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

/** Does a piece of work in one transaction, under a key. */
const doOnce = (process: Idempotency, once: OnceRequest | null, work: { what?: string; fails?: boolean } = {}) =>
  process.inTransaction(once, async (tx) => {
    const what = work.what ?? once?.key ?? '';
    await tx.query('INSERT INTO done VALUES ($1)', [what]);
    if (work.fails) throw new Error('it failed');
    return { status: 201, body: { id: newId('top'), what } };
  });

describe('a request of one transaction', () => {
  test('fifty at once on two processes: done once, one answer for all, 49 of them marked as replayed', async () => {
    const once = request();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => doOnce(index % 2 === 0 ? first() : other(), once)),
    );
    expect(await timesDone(once.key)).toBe(1);
    expect(new Set(all.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1);
    expect(all.filter(({ replayed }) => replayed)).toHaveLength(49);
  });

  test('a failure undoes the claim with the work, and the key is free', async () => {
    const once = request();
    expect(await codeOf(doOnce(first(), once, { fails: true }))).toBe('it failed');
    expect(await rowOf(once)).toBeUndefined();
    expect((await doOnce(other(), once)).replayed).toBe(false);
    expect(await timesDone(once.key)).toBe(1);
  });

  test('a second that waits for one that fails does the work itself', async () => {
    const once = request();
    const results = await Promise.allSettled([
      first().inTransaction(once, async (tx) => {
        await tx.query('SELECT pg_sleep(0.2)');
        throw new Error('it failed');
      }),
      doOnce(other(), once),
    ]);
    expect(results.map(({ status }) => status)).toContain('fulfilled');
    expect(await timesDone(once.key)).toBe(1);
  });

  test('another request under the key is 422; under another person’s key it is its own', async () => {
    const once = request({ amount: 1 });
    await doOnce(first(), once);
    expect(await codeOf(doOnce(first(), request({ amount: 2 }, once.key)))).toBe('unprocessable');
    expect(await timesDone(once.key)).toBe(1);
    const someone = await addUser();
    expect((await doOnce(first(), { ...request({ amount: 2 }, once.key), userId: someone })).replayed).toBe(false);
  });

  test('without a key it is done each time and nothing is stored', async () => {
    await doOnce(first(), null, { what: 'plain' });
    await doOnce(first(), null, { what: 'plain' });
    expect(await timesDone('plain')).toBe(2);
  });

  test('the answer comes back to the byte, with every character JSON can hold', async () => {
    const once = request();
    const body = { text: 'NUL \u0000, lone \ud800, ü', order: { z: 1, a: 2 } };
    await first().inTransaction(once, async () => ({ status: 201, body }));
    const again = await other().inTransaction(once, async () => ({ status: 500, body: { text: '', order: {} } }));
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(body));
    expect(again).toMatchObject({ status: 201, replayed: true });
  });
});

describe('a paid call', () => {
  const ANSWER = { status: 200, headers: { 'x-cost-usd': '1.000000000' }, body: { text: 'Hello' } };
  /** Runs a call that does `work`; answers `ran`, or what was replayed. */
  const call = (
    process: Idempotency,
    once: OnceRequest,
    work: (claim: Claim) => Promise<unknown>,
    callId = newId('req'),
  ) =>
    process.once<unknown>(once, callId, {
      run: async (claim) => {
        await work(claim!);
        return 'ran';
      },
      replay: async (kept) => kept,
    });
  /** Begins a call and leaves it as a process that dies does. */
  async function leave(once: OnceRequest, callId = newId('req')): Promise<Claim> {
    return new Promise((resolve) => {
      void call(
        first(),
        once,
        (claim) => {
          resolve(claim);
          return new Promise(() => undefined);
        },
        callId,
      );
    });
  }
  const lapse = (once: OnceRequest) =>
    db().query("UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE key = $1", [once.key]);

  test('runs once, and is answered from then on', async () => {
    const once = request();
    expect(await call(first(), once, (claim) => claim.keep(ANSWER))).toBe('ran');
    const kept = { ...ANSWER, body: JSON.stringify(ANSWER.body) };
    expect(await call(other(), once, () => Promise.reject(new Error('ran again')))).toEqual(kept);
  });

  test('while it runs, the same is 409 with Retry-After and another is 422', async () => {
    const once = request();
    await leave(once);
    await expect(call(other(), once, async () => undefined)).rejects.toMatchObject({
      code: 'conflict',
      retryAfterSeconds: 1,
    });
    expect(await codeOf(call(other(), request({ other: 1 }, once.key), async () => undefined))).toBe('unprocessable');
    expect(await codeOf(doOnce(other(), request({ other: 1 }, once.key)))).toBe('unprocessable');
  });

  test('that fails leaves its key free, for whatever request', async () => {
    const once = request();
    const fails = () => Promise.reject(new Error('no such model'));
    expect(await codeOf(call(first(), once, fails))).toBe('no such model');
    expect(await rowOf(once)).toBeUndefined();
    expect(await call(other(), request({ other: 1 }, once.key), (claim) => claim.keep(ANSWER))).toBe('ran');
  });

  test('whose process died before its money was held is taken over once its lease is past, by exactly one of many', async () => {
    const once = request();
    await leave(once);
    await lapse(once);
    let ran = 0;
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        codeOf(
          call(index % 2 === 0 ? first() : other(), once, async (claim) => {
            ran += 1;
            await claim.confirm();
            await claim.keep(ANSWER);
          }),
        ),
      ),
    );
    expect(ran).toBe(1);
    expect(all.filter((each) => each !== 'fulfilled' && each !== 'conflict')).toEqual([]);
  });

  test('that comes late to its own key, taken over meanwhile, is stopped before it goes upstream and changes nothing', async () => {
    const once = request();
    const late = await leave(once);
    await lapse(once);
    expect(await call(other(), once, (claim) => claim.keep(ANSWER))).toBe('ran');
    expect(await codeOf(late.confirm())).toBe('conflict');
    await late.keep({ status: 200, headers: {}, body: 'the late answer' });
    expect(JSON.parse((await rowOf(once))?.body ?? '')).toEqual(ANSWER.body);
  });

  test('confirmation and take-over at the same moment: one of them wins, never both', async () => {
    for (let round = 0; round < 40; round += 1) {
      const once = request();
      const slow = await leave(once);
      await lapse(once);
      const [confirmed, taken] = await Promise.all([
        codeOf(slow.confirm()),
        codeOf(call(other(), once, (claim) => claim.keep(ANSWER))),
      ]);
      expect([confirmed, taken].sort()).toEqual(['conflict', 'fulfilled']);
    }
  });

  test('an answer of more than 64 KiB is kept short, or its repetition is told so', async () => {
    const body = 'ü'.repeat(KEPT_BYTES_MAX / 2);
    const long = request();
    await call(first(), long, (claim) => claim.keep({ ...ANSWER, body }), 'req_long');
    await expect(call(first(), long, async () => undefined)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('too long to be kept'),
      extra: { call_id: 'req_long' },
    });
    const short = request();
    await call(first(), short, (claim) => claim.keep({ ...ANSWER, body, short: 'facts' }));
    expect(await call(first(), short, async () => undefined)).toMatchObject({ body: '"facts"' });
    const exact = request();
    await call(first(), exact, (claim) => claim.keep({ ...ANSWER, body: 'x'.repeat(KEPT_BYTES_MAX - 2) }));
    expect((await rowOf(exact))?.body).toHaveLength(KEPT_BYTES_MAX);
  });
});

describe('what is kept', () => {
  const age = (once: OnceRequest, interval: string) =>
    db().query('UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE key = $1', [once.key, interval]);

  test('goes after 24 hours and not before', async () => {
    const [young, old] = [request(), request()];
    for (const once of [young, old]) await doOnce(first(), once);
    await age(young, '23 hours 59 minutes');
    await age(old, '24 hours 1 minute');
    await first().purge();
    expect([await rowOf(young), await rowOf(old)]).toEqual([expect.anything(), undefined]);
    expect((await doOnce(first(), young)).replayed).toBe(true);
  });

  test('goes by itself every hour, and soon after a start', async () => {
    const clock = createFakeClock();
    const process = createIdempotency({ database: db(), clock, logger });
    for (const wait of [60_000, 3_600_000]) {
      const old = request();
      await doOnce(first(), old);
      await age(old, '25 hours');
      clock.advance(wait);
      await expect.poll(() => rowOf(old)).toBeUndefined();
    }
    process.close();
  });

  test('goes with the account', async () => {
    const once = request();
    await doOnce(first(), once);
    await db().query('DELETE FROM users WHERE id = $1', [userId]);
    expect(await rowOf(once)).toBeUndefined();
  });
});
