import { formatUsd, parseUsd } from '@q/contract/money';
import type { OnceRequest } from '../../http/idempotency-key.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Idempotency } from '../idempotency/service.ts';
import { walletTotals } from '../ledger/account-store.ts';
import type { Ledger } from '../ledger/service.ts';
import {
  insertTopUp,
  listMovements,
  type MovementFilter,
  type MovementPage,
  type MovementRow,
  summarise,
} from './store.ts';

const SUMMARY_MS = 30 * 86_400_000;

/** The answer to a top-up. */
interface TopUpAnswer {
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
}

interface Deps {
  database: Database;
  ledger: Ledger;
  idempotency: Idempotency;
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
  const { posted } = await walletTotals(tx, userId);
  return {
    id,
    status: 'succeeded',
    mode: 'test',
    amount_usd: formatUsd(amount),
    balance_usd: formatUsd(posted),
    created_at: createdAt.toISOString(),
  };
}

/** A person's money: balance, top-ups with test funds, movements. */
export function createWallet(deps: Deps) {
  return {
    /** Totals in nano-dollars: total = spent + held + available. */
    async balance(userId: string) {
      const { posted, held, credited } = await deps.ledger.totals(userId);
      return { total: credited, spent: credited - posted, held, available: posted - held };
    },
    /** Credits test funds at once; under a key, once. Amounts were checked at the border. */
    topUp: (request: TopUpRequest, once: OnceRequest | null) =>
      deps.idempotency.inTransaction(once, async (tx) => ({
        status: 201 as const,
        body: await bookTestTopUp(deps, tx, request),
      })),
    movements: (filter: MovementFilter): Promise<MovementPage> => listMovements(deps.database, filter),
    /**
     * All movements that match, for a file. Throws AppError `invalid_request` when they are more than `rowsMax`: a file that lacks rows unsaid
     * would be worse.
     */
    async allMovements(filter: Omit<MovementFilter, 'limit' | 'offset'>, rowsMax: number): Promise<MovementRow[]> {
      const { rows, total } = await listMovements(deps.database, { ...filter, limit: rowsMax, offset: 0 });
      if (total <= rowsMax) return rows;
      throw new AppError('invalid_request', {
        message: `${total} transactions match, and one file holds ${rowsMax}. Export them in parts, with \`from\` and \`to\`.`,
        param: 'from',
      });
    },
    summary: (userId: string) => summarise(deps.database, userId, new Date(deps.clock.now() - SUMMARY_MS)),
  };
}

export type Wallet = ReturnType<typeof createWallet>;
