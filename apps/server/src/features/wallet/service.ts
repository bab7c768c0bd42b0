import { createHash } from 'node:crypto';
import { formatUsd, parseUsd } from '@q/contract/money';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Ledger } from '../ledger/service.ts';
import {
  claimIdempotencyKey,
  insertTopUp,
  listMovements,
  type MovementFilter,
  type MovementRow,
  storeAnswer,
  summarise,
} from './store.ts';

const IDEMPOTENCY_KEY_LENGTH_MAX = 255;
const SUMMARY_MS = 30 * 86_400_000;

/** The answer to a top-up. */
export interface TopUpAnswer {
  id: string;
  status: 'succeeded';
  mode: 'test';
  amount_usd: string;
  balance_usd: string;
  created_at: string;
}

interface TopUpRequest {
  userId: string;
  amountUsd: string;
  /** The caller's `Idempotency-Key`; null when there is none. */
  idempotencyKey: string | null;
}

interface Deps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
}

async function bookTestTopUp(deps: Deps, tx: Queryable, request: TopUpRequest): Promise<TopUpAnswer> {
  const amount = parseUsd(request.amountUsd);
  if (amount === null)
    throw new AppError('invalid_request', { message: 'amount_usd is not an amount', param: 'amount_usd' });
  const id = newId('top');
  const createdAt = await insertTopUp(tx, { id, userId: request.userId, amount });
  const { userId } = request;
  await deps.ledger.credit(tx, {
    idemKey: `topup:${id}`,
    kind: 'top_up',
    userId,
    amount,
    from: 'asset:test_funds',
    details: { mode: 'test', top_up: id },
  });
  const [row] = await tx.query<{ posted: bigint }>(
    'SELECT COALESCE(sum(posted), 0)::bigint AS posted FROM wallets WHERE user_id = $1',
    [userId],
  );
  return {
    id,
    status: 'succeeded',
    mode: 'test',
    amount_usd: formatUsd(amount),
    balance_usd: formatUsd(row?.posted ?? 0n),
    created_at: createdAt.toISOString(),
  };
}

/** Runs the top-up under the caller's key: the same request again gets the same answer, another one under the same key is refused. */
async function topUpOnce(deps: Deps, request: TopUpRequest & { idempotencyKey: string }): Promise<TopUpAnswer> {
  const { userId, idempotencyKey: key } = request;
  if (key.length === 0 || key.length > IDEMPOTENCY_KEY_LENGTH_MAX) {
    throw new AppError('invalid_request', {
      message: `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} characters.`,
    });
  }
  const fingerprint = createHash('sha256').update(`POST /api/v1/balance/top-ups ${request.amountUsd}`).digest();
  return deps.database.transaction(async (tx) => {
    const stored = await claimIdempotencyKey(tx, { userId, key, fingerprint });
    if (stored === null) {
      const answer = await bookTestTopUp(deps, tx, request);
      await storeAnswer(tx, { userId, key, status: 201, response: answer });
      return answer;
    }
    if (!stored.fingerprint.equals(fingerprint)) {
      throw new AppError('unprocessable', { message: 'This Idempotency-Key was used for another request.' });
    }
    if (stored.status === null)
      throw new AppError('conflict', { message: 'The first request with this Idempotency-Key is still running.' });
    return stored.response as TopUpAnswer;
  });
}

/** A person's money: balance, top-ups with test funds, movements. */
export function createWallet(deps: Deps) {
  return {
    /** Totals in nano-dollars: total = spent + held + available. */
    async balance(userId: string) {
      const { posted, held, credited } = await deps.ledger.totals(userId);
      return { total: credited, spent: credited - posted, held, available: posted - held };
    },
    /** Credits test funds at once. Amounts were checked at the border. */
    topUp(request: TopUpRequest): Promise<TopUpAnswer> {
      const { idempotencyKey } = request;
      if (idempotencyKey !== null) return topUpOnce(deps, { ...request, idempotencyKey });
      return deps.database.transaction((tx) => bookTestTopUp(deps, tx, request));
    },
    movements: (filter: MovementFilter): Promise<{ rows: MovementRow[]; total: number }> =>
      listMovements(deps.database, filter),
    summary: (userId: string) => summarise(deps.database, userId, new Date(deps.clock.now() - SUMMARY_MS)),
    checkBooks: () => deps.ledger.check(),
  };
}

export type Wallet = ReturnType<typeof createWallet>;
