import {
  type AdjustmentRequest,
  type CommissionRateChange,
  type CommissionRateList,
  type CommissionRateRequest,
  type GrantRequest,
  PASSWORD_ABOVE,
} from '@q/contract/administration-money';
import { formatUsd, parseUsd } from '@q/contract/money';
import {
  type AnalyticsRevenue,
  type AnalyticsRevenueQuery,
  type LedgerAccountList,
  PEOPLE_IN_A_CELL_MIN,
  type Revenue,
} from '@q/contract/revenue';
import type { Caller } from '../../http/caller.ts';
import type { OnceRequest } from '../../http/idempotency-key.ts';
import type { RequestContext } from '../../http/request-context.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { Database, Queryable } from '../../platform/database/database.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Audit } from '../audit/service.ts';
import type { Catalog } from '../catalog/service.ts';
import type { Idempotency } from '../idempotency/service.ts';
import { walletTotals } from '../ledger/account-store.ts';
import { bookAdjustment } from '../ledger/adjustments.ts';
import { insertRate, listRates, ratesInForce, subjectExists } from '../ledger/commission-rate-store.ts';
import { houseBps } from '../ledger/commission-rates.ts';
import { createGrantExpiry } from '../ledger/grant-expiry.ts';
import { bookGrant } from '../ledger/grants.ts';
import type { MoneyGuard } from '../ledger/money-guard.ts';
import { bookRefund, quoteRefund } from '../ledger/refunds.ts';
import { readRevenue, readRevenueOfMany } from '../ledger/revenue-store.ts';
import { readTrialBalance } from '../ledger/trial-balance-store.ts';
import {
  presentAdjustment,
  presentLine,
  presentRate,
  presentRefund,
  presentTotals,
  presentTrialBalance,
} from './present.ts';
import { dailyWindow, reportWindow, wholeDays } from './report-window.ts';
import { personExists } from './store.ts';

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  idempotency: Idempotency;
  audit: Audit;
  accounts: Pick<Accounts, 'confirmPassword'>;
  catalog: Pick<Catalog, 'reprice'>;
  moneyGuard: MoneyGuard;
  /** The configured commission, in basis points. */
  commissionBps: number;
}

/** Who moves money, from where, and under which `Idempotency-Key`. */
interface MoneyRequest {
  actor: Caller;
  context: RequestContext;
  once: OnceRequest | null;
}

function nanoOf(amountUsd: string): bigint {
  const nano = parseUsd(amountUsd);
  if (nano === null)
    throw new AppError('invalid_request', { message: 'amount_usd: is no amount', param: 'amount_usd' });
  return nano;
}

/** What an administrator may not do alone: give themselves money, and move much of it on an unattended device. */
async function guard(
  deps: Deps,
  { actor, context }: MoneyRequest,
  move: { userId: string; amount: bigint; password: string | undefined },
): Promise<void> {
  deps.moneyGuard.assertOpen();
  if (move.userId === actor.userId) {
    throw new AppError('forbidden', {
      message: 'You cannot move money of your own account. Ask another administrator.',
    });
  }
  const size = move.amount < 0n ? -move.amount : move.amount;
  if (size > PASSWORD_ABOVE) await deps.accounts.confirmPassword(actor, { password: move.password, context });
}

async function requirePerson(tx: Queryable, userId: string): Promise<void> {
  if (await personExists(tx, userId)) return;
  throw new AppError('not_found', { message: 'There is no such person.', param: 'user_id' });
}

/** What somebody can use now, in nano-dollars; inside a transaction what it has booked counts. */
async function availableOf(tx: Queryable, userId: string): Promise<bigint> {
  const { posted, held } = await walletTotals(tx, userId);
  return posted - held;
}

function createMoneyCommands(deps: Deps) {
  const { idempotency, audit, clock } = deps;

  function record(
    tx: Queryable,
    { actor, context }: MoneyRequest,
    entry: Omit<Parameters<Audit['record']>[1], 'actorId'>,
  ) {
    const { ip, requestId } = context;
    return audit.record(tx, { actorId: actor.userId, ip, requestId, ...entry });
  }

  return {
    /** Gives promotional money. Throws AppError `forbidden` (oneself, password), `not_found`, `invalid_request` (an expiry that has passed). */
    async grant(request: GrantRequest, by: MoneyRequest) {
      const { user_id: userId, reason, password } = request;
      const amount = nanoOf(request.amount_usd);
      const expiresAt = new Date(request.expires_at);
      await guard(deps, by, { userId, amount, password });
      return idempotency.inTransaction(by.once, async (tx) => {
        // Not before: a repetition gets the first answer, also when the grant has expired meanwhile.
        if (expiresAt.getTime() <= clock.now())
          throw new AppError('invalid_request', { message: 'expires_at: must be in the future', param: 'expires_at' });
        await requirePerson(tx, userId);
        const id = newId('gnt');
        const grant = { id, userId, amount, expiresAt, reason, actorId: by.actor.userId };
        const { createdAt } = await bookGrant(tx, grant);
        const details = { grant: id, amount_usd: formatUsd(amount), expires_at: expiresAt.toISOString(), reason };
        await record(tx, by, { action: 'money.grant', object: userId, details });
        const body = {
          id,
          user_id: userId,
          amount_usd: formatUsd(amount),
          expires_at: expiresAt.toISOString(),
          reason,
          available_usd: formatUsd(await availableOf(tx, userId)),
        };
        return { status: 201 as const, body: { ...body, created_at: createdAt.toISOString() } };
      });
    },

    /** Adds to or takes from somebody's paid balance. Throws as `grant`, and AppError `conflict` when it is not there to be taken. */
    async adjust(request: { userId: string; amountUsd: string } & AdjustmentRequest, by: MoneyRequest) {
      const { userId, reason, password } = request;
      const amount = nanoOf(request.amountUsd);
      await guard(deps, by, { userId, amount, password });
      return idempotency.inTransaction(by.once, async (tx) => {
        await requirePerson(tx, userId);
        const id = newId('adj');
        const booked = await bookAdjustment(tx, { id, userId, amount, reason, actorId: by.actor.userId });
        const details = { amount_usd: formatUsd(amount), reason, transaction: `txn_${booked.id}` };
        await record(tx, by, { action: 'money.adjust', object: userId, details });
        const available = await availableOf(tx, userId);
        return { status: 201 as const, body: presentAdjustment(booked, { userId, amount, reason, available }) };
      });
    },

    /** Refunds a call, all that is left of it without an amount. Throws as `grant`, and AppError `conflict` when not so much is left, or nothing. */
    async refund(request: { callId: string } & AdjustmentRequest, by: MoneyRequest) {
      const { callId, amount_usd, reason, password } = request;
      const amount = amount_usd === undefined ? null : nanoOf(amount_usd);
      await guard(deps, by, { ...(await quoteRefund(deps.database, { callId, amount })), password });
      return idempotency.inTransaction(by.once, async (tx) => {
        const refund = { callId, amount, reason, actorId: by.actor.userId };
        const booked = await bookRefund(tx, refund);
        const details = {
          user: booked.userId,
          amount_usd: formatUsd(booked.amount),
          reason,
          transaction: `txn_${booked.id}`,
        };
        await record(tx, by, { action: 'money.refund', object: callId, details });
        const available = await availableOf(tx, booked.userId);
        return { status: 201 as const, body: presentRefund(booked, { callId, reason, available }) };
      });
    },
  };
}

function createRateCommands(deps: Deps) {
  const { database, audit, catalog, commissionBps } = deps;
  return {
    /** The rates of the house and every rate ever set. */
    async rates(page: { page: number; per_page: number }): Promise<CommissionRateList> {
      const { rows, total } = await listRates(database, {
        limit: page.per_page,
        offset: (page.page - 1) * page.per_page,
      });
      const house_bps = houseBps(await ratesInForce(database), commissionBps);
      return { house_bps, configured_bps: commissionBps, data: rows.map(presentRate), total, ...page };
    },

    /** Sets a rate and reprices the models it is for; nothing happens when it is in force already. Throws AppError `not_found`. */
    async setRate(request: CommissionRateRequest, by: Omit<MoneyRequest, 'once'>): Promise<CommissionRateChange> {
      const { scope, subject = null, commission_bps: bps, reason } = request;
      let changed = false;
      const repriced = await catalog.reprice(async (tx, validFrom) => {
        if (!(await subjectExists(tx, scope, subject)))
          throw new AppError('not_found', { message: `There is no such ${scope}.`, param: 'subject' });
        const before = (await ratesInForce(tx)).find((rate) => rate.scope === scope && rate.subject === subject);
        if ((before?.bps ?? null) === bps) return;
        changed = true;
        const actorId = by.actor.userId;
        await insertRate(tx, { scope, subject, bps, validFrom, actorId, reason });
        const { ip, requestId } = by.context;
        const details = { scope, before_bps: before?.bps ?? null, bps, reason };
        await audit.record(tx, { actorId, action: 'commission.set', object: subject, details, ip, requestId });
      });
      return { changed, repriced_models: repriced };
    },
  };
}

/** A line about so few people would tell what each of them does. */

function createReports({ database, clock }: Deps) {
  return {
    /** Totals of a window with its days and models. Throws AppError `invalid_request`. */
    async revenue(query: Pick<AnalyticsRevenueQuery, 'from' | 'to'>): Promise<Revenue> {
      const days = dailyWindow(query, clock.now());
      const models = { interval: null, groupBy: 'model' as const };
      const [byDay = [], byModel = []] = await readRevenue(database, days, [days, models]);
      return {
        from: days.from.toISOString(),
        to: days.to.toISOString(),
        totals: presentTotals(byDay),
        by_day: byDay.map(presentLine),
        by_model: byModel.map(presentLine),
      };
    },

    /** A report split as asked for. Analysts see whole days, and nothing that fewer than five people did. Throws AppError `invalid_request`. */
    async analytics(query: AnalyticsRevenueQuery, role: Caller['role']): Promise<AnalyticsRevenue> {
      const asked = reportWindow(query, clock.now());
      const window = role === 'admin' ? asked : wholeDays(asked);
      const { lines, withheld } =
        role === 'admin'
          ? { lines: (await readRevenue(database, window, [window]))[0] ?? [], withheld: 0 }
          : await readRevenueOfMany(database, window, PEOPLE_IN_A_CELL_MIN);
      return {
        from: window.from.toISOString(),
        to: window.to.toISOString(),
        interval: window.interval,
        group_by: window.groupBy,
        totals: presentTotals(lines),
        data: lines.map(presentLine),
        withheld,
      };
    },

    /** The balance of every account. */
    trialBalance: async (): Promise<LedgerAccountList> => presentTrialBalance(await readTrialBalance(database)),
  };
}

/** What administrators do with money: grants, adjustments, refunds, commission rates, and what the books say of it. */
export function createAdministrationMoney(deps: Deps) {
  const expiry = createGrantExpiry(deps);
  return {
    ...createMoneyCommands(deps),
    ...createRateCommands(deps),
    ...createReports(deps),
    /** Expires grants whose time is over; runs by itself, too. Returns how many wallets were booked. */
    expireGrants: expiry.run,
    close: expiry.close,
  };
}

export type AdministrationMoney = ReturnType<typeof createAdministrationMoney>;
