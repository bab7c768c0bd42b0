import {
  adjustmentRequestSchema,
  adjustmentSchema,
  commissionRateChangeSchema,
  commissionRateListSchema,
  commissionRateQuerySchema,
  commissionRateRequestSchema,
  grantRequestSchema,
  grantSchema,
} from '@q/contract/administration-money';
import {
  analyticsRevenueQuerySchema,
  analyticsRevenueSchema,
  ledgerAccountListSchema,
  revenueQuerySchema,
  revenueSchema,
} from '@q/contract/revenue';
import type { FastifyRequest } from 'fastify';
import type { Authenticate } from '../../http/authenticate.ts';
import { callerOf, requireRole, requireSession } from '../../http/authorize.ts';
import { markReplayed, onceOf } from '../../http/idempotency-key.ts';
import { contextOf } from '../../http/request-context.ts';
import type { HttpServer } from '../../http/server.ts';
import type { AdministrationMoney } from './service.ts';

interface Deps {
  administrationMoney: AdministrationMoney;
  authenticate: Authenticate;
}

const TAGS = { tags: ['Administration'] };
const GUARD =
  'Needs a session (no API key). Nobody moves money of their own account; above 100 US dollars the password is asked for.';

/** Who asks for it. The password is no part of what a repeated request is compared by. */
function requestOf(request: FastifyRequest<{ Body: { password?: string | undefined } }>) {
  const { password: _password, ...asked } = request.body;
  return { actor: callerOf(request), context: contextOf(request), once: onceOf(request, asked) };
}

function registerMoneyRoutes(app: HttpServer, { administrationMoney, authenticate }: Deps): void {
  const guard = { onRequest: [authenticate.required], preHandler: [requireSession, requireRole('admin')] };
  app.post(
    '/api/v1/admin/grants',
    {
      ...guard,
      config: { idempotent: true },
      schema: {
        ...TAGS,
        summary: 'Give promotional money',
        description: `It is spent before paid money, the grant that expires first before the others, and never paid out. ${GUARD}`,
        body: grantRequestSchema,
        response: { 201: grantSchema },
      },
    },
    async (request, reply) => {
      const done = await administrationMoney.grant(request.body, requestOf(request));
      markReplayed(reply, done.replayed);
      return reply.status(201).send(done.body);
    },
  );
  app.post(
    '/api/v1/admin/adjustments',
    {
      ...guard,
      config: { idempotent: true },
      schema: {
        ...TAGS,
        summary: 'Adjust a balance, or refund a call',
        description: `With \`user_id\` the paid balance changes by a signed amount, never below what is available. With \`call_id\` a call is refunded, in parts or whole, at the split it was charged at. ${GUARD}`,
        body: adjustmentRequestSchema,
        response: { 201: adjustmentSchema },
      },
    },
    async (request, reply) => {
      const { user_id: userId, call_id: callId = '', amount_usd: amountUsd = '' } = request.body;
      const by = requestOf(request);
      const done =
        userId === undefined
          ? await administrationMoney.refund({ ...request.body, callId }, by)
          : await administrationMoney.adjust({ ...request.body, userId, amountUsd }, by);
      markReplayed(reply, done.replayed);
      return reply.status(201).send(done.body);
    },
  );
}

function registerRateRoutes(app: HttpServer, { administrationMoney, authenticate }: Deps): void {
  app.get(
    '/api/v1/admin/commission-rates',
    {
      onRequest: [authenticate.required],
      preHandler: [requireRole('admin')],
      schema: {
        ...TAGS,
        summary: 'Commission rates, in force and before',
        querystring: commissionRateQuerySchema,
        response: { 200: commissionRateListSchema },
      },
    },
    async (request) => administrationMoney.rates(request.query),
  );
  app.put(
    '/api/v1/admin/commission-rates',
    {
      onRequest: [authenticate.required],
      preHandler: [requireSession, requireRole('admin')],
      schema: {
        ...TAGS,
        summary: 'Set a commission rate',
        description:
          'A model’s rate counts before its publisher’s, and that before the house’s. The models concerned get new prices at once; calls that are running end at the price they began with.',
        body: commissionRateRequestSchema,
        response: { 200: commissionRateChangeSchema },
      },
    },
    async (request) =>
      administrationMoney.setRate(request.body, { actor: callerOf(request), context: contextOf(request) }),
  );
}

function registerReportRoutes(app: HttpServer, { administrationMoney, authenticate }: Deps): void {
  const onRequest = [authenticate.required];
  app.get(
    '/api/v1/admin/revenue',
    {
      onRequest,
      preHandler: [requireRole('admin')],
      schema: {
        ...TAGS,
        summary: 'Revenue and expense by day and by model',
        description: 'Every figure is summed up from the transfers of the books.',
        querystring: revenueQuerySchema,
        response: { 200: revenueSchema },
      },
    },
    async (request) => administrationMoney.revenue(request.query),
  );
  app.get(
    '/api/v1/analytics/revenue',
    {
      onRequest,
      preHandler: [requireRole('admin', 'analyst')],
      schema: {
        ...TAGS,
        summary: 'Revenue and expense, split by time and by model or provider',
        description:
          'An analyst’s window is grown to whole days (UTC), and what fewer than five people did on a day with one model at one provider is left out of all figures. Split by the hour, five stand behind each hour of it.',
        querystring: analyticsRevenueQuerySchema,
        response: { 200: analyticsRevenueSchema },
      },
    },
    async (request) => administrationMoney.analytics(request.query, callerOf(request).role),
  );
  app.get(
    '/api/v1/admin/ledger/accounts',
    {
      onRequest,
      preHandler: [requireRole('admin')],
      schema: {
        ...TAGS,
        summary: 'The trial balance',
        description: 'Every account by code; the wallets of all people count as one account of each kind.',
        response: { 200: ledgerAccountListSchema },
      },
    },
    async () => administrationMoney.trialBalance(),
  );
}

/** Grants, adjustments, refunds, commission rates, revenue and the trial balance. */
export function registerAdministrationMoneyRoutes(app: HttpServer, deps: Deps): void {
  registerMoneyRoutes(app, deps);
  registerRateRoutes(app, deps);
  registerReportRoutes(app, deps);
}
