import { formatUsd } from '@q/contract/money';
import { pageShape } from '@q/contract/query-numbers';
import {
  balanceSchema,
  balanceSummarySchema,
  topUpRequestSchema,
  topUpSchema,
  transactionListSchema,
  transactionQuerySchema,
  usageListSchema,
} from '@q/contract/wallet';
import { z } from 'zod';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requireAllowed, requireBuyer, requirePermission } from '../../http/authorize.ts';
import type { Caller } from '../../http/caller.ts';
import { markReplayed, onceOf } from '../../http/idempotency-key.ts';
import { preferredType } from '../../http/preferred-type.ts';
import type { HttpServer } from '../../http/server.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Gateway } from '../gateway/service.ts';
import type { Wallet } from './service.ts';
import type { MovementFilter, MovementRow } from './store.ts';
import { toCsv } from './transactions-csv.ts';

const CSV_ROWS_MAX = 100_000;

interface Deps {
  wallet: Wallet;
  gateway: Gateway;
  authenticate: Authenticate;
}

function describe({ kind, model_id, details }: MovementRow): string {
  const reason = typeof details['reason'] === 'string' ? `: ${details['reason']}` : '';
  switch (kind) {
    case 'charge':
      return `Call of ${model_id ?? 'a model'}`;
    case 'top_up':
      return details['mode'] === 'test' ? 'Top-up (test funds)' : 'Top-up';
    case 'grant':
      return `Grant${reason}`;
    case 'adjustment':
      return `Adjustment${reason}`;
    case 'refund':
      return `Refund of a call of ${model_id ?? 'a model'}`;
    case 'expiry':
      return 'Expired promotional balance';
  }
}

function toTransaction(row: MovementRow) {
  return {
    id: `txn_${row.id}`,
    kind: row.kind,
    amount_usd: formatUsd(row.amount),
    balance_after_usd: formatUsd(row.balance_after),
    model: row.model_id,
    provider: row.provider,
    call_id: row.hold_id,
    commission_usd: row.commission === null ? null : formatUsd(row.commission),
    description: describe(row),
    created_at: row.created_at.toISOString(),
  };
}

type TransactionQuery = z.infer<typeof transactionQuerySchema>;

function toFilter(userId: string, query: TransactionQuery): MovementFilter {
  const cursor = query.cursor === undefined ? null : /^txn_(\d{1,18})$/.exec(query.cursor);
  if (cursor === null && query.cursor !== undefined)
    throw new AppError('invalid_request', { message: 'cursor is not one of ours', param: 'cursor' });
  const from = query.from === undefined ? null : new Date(query.from);
  const to = query.to === undefined ? null : new Date(query.to);
  if (from !== null && to !== null && from > to)
    throw new AppError('invalid_request', { message: 'from: must not lie after to', param: 'from' });
  return {
    userId,
    kind: query.kind ?? null,
    model: query.model ?? null,
    from,
    to,
    beforeId: cursor?.[1] === undefined ? null : BigInt(cursor[1]),
    limit: query.per_page,
    offset: cursor ? 0 : (query.page - 1) * query.per_page,
  };
}

async function transactionsAsCsv(deps: Deps, filter: MovementFilter): Promise<string> {
  const rows = await deps.wallet.allMovements(filter, CSV_ROWS_MAX);
  const list = rows.map(toTransaction);
  return toCsv(
    [
      'id',
      'created_at',
      'kind',
      'description',
      'model',
      'provider',
      'amount_usd',
      'balance_after_usd',
      'commission_usd',
      'call_id',
    ],
    list.map((row) => [
      row.id,
      row.created_at,
      row.kind,
      row.description,
      row.model ?? '',
      row.provider ?? '',
      row.amount_usd,
      row.balance_after_usd,
      row.commission_usd ?? '',
      row.call_id ?? '',
    ]),
  );
}

function registerTransactionRoutes(app: HttpServer, deps: Deps): void {
  const guard = { onRequest: [deps.authenticate.required], preHandler: [requirePermission('read')] };
  app.get(
    '/api/v1/transactions',
    {
      ...guard,
      schema: {
        tags: ['Money'],
        summary: 'Every movement of the balance, newest first',
        description: `With \`Accept: text/csv\` all matching rows are exported, up to ${CSV_ROWS_MAX} of them; more are a 400.`,
        querystring: transactionQuerySchema,
        response: { 200: transactionListSchema },
      },
    },
    async (request, reply) => {
      const filter = toFilter(callerOf(request).userId, request.query);
      if (preferredType(request.headers.accept, ['application/json', 'text/csv']) === 'text/csv') {
        const csv = await transactionsAsCsv(deps, filter);
        reply
          .header('content-disposition', 'attachment; filename="transactions.csv"')
          .type('text/csv; charset=utf-8')
          .serializer(String);
        return reply.send(csv as never);
      }
      const { rows, total, hasMore } = await deps.wallet.movements(filter);
      const data = rows.map(toTransaction);
      const next_cursor = hasMore ? (data.at(-1)?.id ?? null) : null;
      return { data, total, page: request.query.page, per_page: request.query.per_page, next_cursor };
    },
  );
  app.get(
    '/api/v1/balance/summary',
    {
      ...guard,
      schema: {
        tags: ['Money'],
        summary: 'The last thirty days by day, model and kind',
        response: { 200: balanceSummarySchema },
      },
    },
    async (request) => {
      const { byDay, byModel, byKind } = await deps.wallet.summary(callerOf(request).userId);
      return {
        by_day: byDay.map((row) => ({
          day: row.day,
          spent_usd: formatUsd(row.spent),
          credited_usd: formatUsd(row.credited),
          calls: row.calls,
        })),
        by_model: byModel.map((row) => ({ model: row.model, spent_usd: formatUsd(row.spent), calls: row.calls })),
        by_kind: byKind.map((row) => ({ kind: row.kind, amount_usd: formatUsd(row.amount), count: row.count })),
      };
    },
  );
}

const usageQuerySchema = z.strictObject({
  model: z.string().max(200).optional(),
  user_id: z.string().min(1).max(200).optional().describe('Whose calls; anybody else’s are for administrators'),
  ...pageShape(),
});

/** Whose calls are asked for. Throws AppError `forbidden` for those of somebody else; an administrator's API key needs `manage` for them. */
function personAsked(caller: Caller, asked: string | undefined): string {
  if (asked === undefined || asked === caller.userId) return caller.userId;
  if (caller.role !== 'admin')
    throw new AppError('forbidden', { message: 'Only administrators see the calls of others.', param: 'user_id' });
  requireAllowed(caller, 'manage');
  return asked;
}

function registerUsageRoute(app: HttpServer, deps: Deps): void {
  app.get(
    '/api/v1/usage',
    {
      onRequest: [deps.authenticate.required],
      preHandler: [requirePermission('read')],
      schema: {
        tags: ['Money'],
        summary: 'The caller’s calls, newest first',
        description: 'Administrators name somebody else by `user_id`.',
        querystring: usageQuerySchema,
        response: { 200: usageListSchema },
      },
    },
    async (request) => {
      const { page, per_page, model, user_id } = request.query;
      const offset = (page - 1) * per_page;
      const { rows, total } = await deps.gateway.calls({
        userId: personAsked(callerOf(request), user_id),
        model: model ?? null,
        limit: per_page,
        offset,
      });
      const data = rows.map(({ cost_nano, model_id, created_at, ...row }) => ({
        ...row,
        model: model_id,
        input_tokens: Number(row.input_tokens),
        cached_input_tokens: Number(row.cached_input_tokens),
        output_tokens: Number(row.output_tokens),
        reasoning_tokens: Number(row.reasoning_tokens),
        cost_usd: formatUsd(cost_nano),
        created_at: created_at.toISOString(),
      }));
      return { data, total, page, per_page };
    },
  );
}

/** Balance, top-ups, transactions and usage. */
export function registerWalletRoutes(app: HttpServer, deps: Deps): void {
  const required = [deps.authenticate.required];
  app.get(
    '/api/v1/balance',
    {
      onRequest: required,
      preHandler: [requirePermission('read')],
      schema: { tags: ['Money'], summary: 'What the caller has', response: { 200: balanceSchema } },
    },
    async (request) => {
      const { total, spent, held, available } = await deps.wallet.balance(callerOf(request).userId);
      return {
        total_usd: formatUsd(total),
        spent_usd: formatUsd(spent),
        held_usd: formatUsd(held),
        available_usd: formatUsd(available),
        currency: 'USD' as const,
      };
    },
  );
  app.post(
    '/api/v1/balance/top-ups',
    {
      onRequest: required,
      preHandler: [requirePermission('manage'), requireBuyer],
      config: { idempotent: true },
      schema: {
        tags: ['Money'],
        summary: 'Add money',
        description: 'Without a payment provider the amount is test funds, credited at once (`mode: "test"`).',
        body: topUpRequestSchema,
        response: { 201: topUpSchema },
      },
    },
    async (request, reply) => {
      const topUp = { userId: callerOf(request).userId, amountUsd: request.body.amount_usd };
      const done = await deps.wallet.topUp(topUp, onceOf(request));
      markReplayed(reply, done.replayed);
      return reply.status(201).send(done.body);
    },
  );
  registerTransactionRoutes(app, deps);
  registerUsageRoute(app, deps);
}
