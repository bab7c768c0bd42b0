import { formatUsd } from '@q/contract/money';
import type { KeptAnswer, OnceRequest } from '../../http/idempotency-key.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { claimState } from './claim-state.ts';
import {
  type ClaimRow,
  confirmClaim,
  insertClaim,
  keepAnswer,
  purgeClaims,
  readClaim,
  releaseClaim,
  takeOverClaim,
} from './store.ts';

/** Longer answers are charged and sent as any other, but not kept. */
export const KEPT_BYTES_MAX = 64 * 1024;
const PURGE_FIRST_AFTER_MS = 60_000;
const PURGE_EVERY_MS = 3_600_000;
const CLAIM_TRIES_MAX = 5;
const RETRY_AFTER_SECONDS = 1;

/** What a request of one transaction answers. `body` has to be plain JSON: its repetition is read back from it. */
export interface Answer<B = unknown> {
  status: number;
  body: B;
}

/**
 * The answer of a paid call, to be kept. `short` stands in for a body of more than 64 KiB; without it only the charge is told later. A body that
 * is undefined is known to be longer.
 */
export interface CallAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  short?: unknown;
}

/** A key that is claimed for one paid call. */
export interface Claim {
  /**
   * To be called when the call's money is held and before anything goes upstream; a later call that goes on with its answer says its own id.
   * Throws AppError `conflict` when the key was taken over meanwhile.
   */
  confirm(goesOnAs?: string): Promise<void>;
  /** Keeps the answer of a call that was carried out, before its end is sent. Never throws: an answer that cannot be kept is a lost one. */
  keep(answer: CallAnswer): Promise<void>;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

function stillRunning(): AppError {
  return new AppError('conflict', {
    message: 'The first request with this Idempotency-Key is still running.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** The charge is certain and the answer is not there: a second call would be charged again, so it is not made. */
function answerGone(row: ClaimRow, why: string): AppError {
  const { callId } = row;
  if (callId === null) return new AppError('conflict', { message: `This request was carried out, but ${why}.` });
  const cost = formatUsd(row.charged ?? 0n);
  const receipt = `/api/v1/receipts/${callId}`;
  return new AppError('conflict', {
    message: `The first call with this Idempotency-Key was charged ${cost} USD, but ${why}. Its receipt is at ${receipt}. Use another key to call again.`,
    extra: { call_id: callId, cost_usd: cost, receipt },
  });
}

function keptOf(row: ClaimRow): KeptAnswer {
  if (row.status === null || row.body === null) throw answerGone(row, 'its answer was too long to be kept');
  return { status: row.status, headers: row.headers, body: row.body };
}

/** Claims the key for `callId` (null: for this transaction). Answers what is kept under it already; throws AppError 409 or 422. */
async function claimKey(db: Queryable, request: OnceRequest, callId: string | null): Promise<KeptAnswer | null> {
  for (let tries = 0; tries < CLAIM_TRIES_MAX; tries += 1) {
    if (await insertClaim(db, request, callId)) return null;
    const row = await readClaim(db, request);
    // Freed between the two statements.
    if (row === undefined) continue;
    const state = claimState(row);
    if (state === 'free') {
      const change = { from: row.callId, to: callId, voided: row.end === 'void' };
      if (await takeOverClaim(db, request, change)) return null;
      continue;
    }
    if (!row.fingerprint.equals(request.fingerprint)) {
      throw new AppError('unprocessable', { message: 'This Idempotency-Key was used for another request.' });
    }
    if (state === 'answered') return keptOf(row);
    if (state === 'lost') throw answerGone(row, 'its answer is lost');
    throw stillRunning();
  }
  throw stillRunning();
}

function toText({ body, short }: CallAnswer): string | null {
  const fits = (text: string) => Buffer.byteLength(text) <= KEPT_BYTES_MAX;
  const text = body === undefined ? null : JSON.stringify(body);
  if (text !== null && fits(text)) return text;
  return short === undefined ? null : JSON.stringify(short);
}

/**
 * Idempotency: what bears an `Idempotency-Key` is carried out once, in however many processes it arrives however often.
 * Keys belong to a person and are kept for 24 hours.
 */
export function createIdempotency(deps: Deps) {
  const { database, clock, logger } = deps;

  async function purge(): Promise<void> {
    while (await purgeClaims(database));
  }
  const purgeInBackground = () =>
    void purge().catch((error: unknown) => logger.warn({ err: error }, 'old idempotency keys were not removed'));
  const stops = [clock.after(PURGE_FIRST_AFTER_MS, purgeInBackground), clock.every(PURGE_EVERY_MS, purgeInBackground)];

  function createClaim({ userId, key }: OnceRequest, callId: string) {
    const id = { userId, key, callId };
    let kept = false;
    const claim: Claim = {
      async confirm(goesOnAs = id.callId) {
        const confirmed = await confirmClaim(database, id, goesOnAs);
        if (confirmed === null) throw stillRunning();
        id.callId = confirmed;
      },
      async keep(answer) {
        kept = true;
        const { status, headers } = answer;
        await keepAnswer(database, id, { status, headers, body: toText(answer) }).catch((error: unknown) =>
          logger.warn({ err: error, callId }, 'the answer of a charged call was not kept'),
        );
      },
    };
    const release = async () => {
      if (kept) return;
      await releaseClaim(database, id).catch((error: unknown) =>
        logger.warn({ err: error, callId }, 'an idempotency key was not freed'),
      );
    };
    return { claim, release };
  }

  return {
    /**
     * Carries out a money request that is one transaction. `work` gets the transaction and answers `{status, body}` (and whatever else its
     * caller needs); claim, work and answer are committed together, so a failure of any of them leaves the key free.
     * A repetition gets `{status, body, replayed: true}` of the first; one at the same time waits for it. Without a key `work` simply runs.
     *
     * In a route: `const done = await idempotency.inTransaction(onceOf(request), (tx) => …)`, then `markReplayed(reply, done.replayed)` and
     * `reply.status(done.status).send(done.body)`; and `config: { idempotent: true }` beside the schema, for the OpenAPI document.
     * `body` has to be plain JSON (decimal strings, ISO times, no bigint or Date) and is kept for a day: no secrets.
     * Check permissions and whatever asks for a password before: a repetition does not run `work`. In it use nothing but the transaction:
     * repetitions wait on connections of the pool, and a `work` that asks the pool for another one would wait for them.
     * Throws AppError `unprocessable` (422) for a key of another request, `conflict` (409) for one of a running paid call.
     */
    async inTransaction<A extends Answer>(
      request: OnceRequest | null,
      work: (tx: Queryable) => Promise<A>,
    ): Promise<(A & { replayed: false }) | (Answer<A['body']> & { replayed: true })> {
      return database.transaction(async (tx) => {
        const kept = request && (await claimKey(tx, request, null));
        if (kept) return { status: kept.status, body: JSON.parse(kept.body) as A['body'], replayed: true as const };
        const answer = await work(tx);
        if (request) {
          const { status, body } = answer;
          const { userId, key } = request;
          const headers = {};
          await keepAnswer(
            tx,
            { userId, key, callId: null },
            { status, headers, body: toText({ status, headers, body }) },
          );
        }
        return { ...answer, replayed: false as const };
      });
    },

    /**
     * Carries out a paid call. The claim is committed before `run`, under the call's id, which has to be the id of its hold. `run` confirms the
     * claim once the money is held and keeps the answer once the charge stands; a failure that cost nothing frees the key.
     * A repetition runs `replay` instead, with the kept answer. Without a key `run` gets null and nothing is stored.
     * Throws AppError `unprocessable` (422) for a key of another request; `conflict` (409) while the first call is running, and with `call_id`
     * and `cost_usd` when it was charged and its answer is gone.
     */
    async once<T>(
      request: OnceRequest | null,
      callId: string,
      work: { run(claim: Claim | null): Promise<T>; replay(kept: KeptAnswer): Promise<T> },
    ): Promise<T> {
      if (request === null) return work.run(null);
      const kept = await claimKey(database, request, callId);
      if (kept) return work.replay(kept);
      const { claim, release } = createClaim(request, callId);
      try {
        return await work.run(claim);
      } finally {
        await release();
      }
    },
    /** Removes what is older than 24 hours; runs by itself every hour. */
    purge,
    close(): void {
      for (const stop of stops) stop();
    },
  };
}

export type Idempotency = ReturnType<typeof createIdempotency>;
