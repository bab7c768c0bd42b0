import type { Adjustment, CommissionRateList } from '@q/contract/administration-money';
import { formatUsd } from '@q/contract/money';
import type { AnalyticsRevenue, LedgerAccountList } from '@q/contract/revenue';
import type { CommissionRate } from '../ledger/commission-rates.ts';
import type { BookedJournal } from '../ledger/journal-store.ts';
import type { Refunded } from '../ledger/refunds.ts';
import { type RevenueFigures, revenueFigures } from '../ledger/revenue.ts';
import type { RevenueLine } from '../ledger/revenue-store.ts';
import type { Asset } from '../ledger/settlement.ts';
import type { TrialBalanceRow } from '../ledger/trial-balance-store.ts';

/** A booked adjustment as the API shows it; `amount` in nano-dollars. */
export function presentAdjustment(
  booked: BookedJournal,
  { userId, amount, reason, available }: { userId: string; amount: bigint; reason: string; available: bigint },
): Adjustment {
  return {
    id: `txn_${booked.id}`,
    kind: 'adjustment',
    user_id: userId,
    call_id: null,
    amount_usd: formatUsd(amount),
    reason,
    refund: null,
    available_usd: formatUsd(available),
    created_at: booked.createdAt.toISOString(),
  };
}

/** A booked refund as the API shows it. */
export function presentRefund(
  booked: Refunded,
  { callId, reason, available }: { callId: string; reason: string; available: bigint },
): Adjustment {
  const { id, createdAt, userId, amount, charged, refunded, toPaid, toPromo, expired, fromPublisher } = booked;
  return {
    id: `txn_${id}`,
    kind: 'refund',
    user_id: userId,
    call_id: callId,
    amount_usd: formatUsd(amount),
    reason,
    refund: {
      charged_usd: formatUsd(charged),
      refunded_usd: formatUsd(refunded),
      left_usd: formatUsd(charged - refunded),
      to_paid_usd: formatUsd(toPaid),
      to_promo_usd: formatUsd(toPromo),
      expired_usd: formatUsd(expired),
      from_commission_usd: formatUsd(amount - fromPublisher),
      from_publisher_usd: formatUsd(fromPublisher),
    },
    available_usd: formatUsd(available),
    created_at: createdAt.toISOString(),
  };
}

/** One rate as the API shows it. */
export function presentRate(rate: CommissionRate & { inForce: boolean }): CommissionRateList['data'][number] {
  const { scope, subject, bps, validFrom, actorId, reason, inForce } = rate;
  return {
    scope,
    subject,
    commission_bps: bps,
    valid_from: validFrom.toISOString(),
    actor_id: actorId,
    reason,
    in_force: inForce,
  };
}

type PresentedFigures = AnalyticsRevenue['totals'];

function presentFigures(figures: RevenueFigures): PresentedFigures {
  return {
    gross_usd: formatUsd(figures.gross),
    refunds_usd: formatUsd(figures.refunds),
    commission_usd: formatUsd(figures.commission),
    resale_usd: formatUsd(figures.resale),
    provider_cost_usd: formatUsd(figures.providerCost),
    resale_margin_usd: formatUsd(figures.resaleMargin),
    byok_fees_usd: formatUsd(figures.byokFees),
    publisher_shares_usd: formatUsd(figures.publisherShares),
    overruns_usd: formatUsd(figures.overruns),
    free_tokens_usd: formatUsd(figures.freeTokens),
    promo_usd: formatUsd(figures.promo),
    adjustments_given_usd: formatUsd(figures.adjustmentsGiven),
    adjustments_taken_usd: formatUsd(figures.adjustmentsTaken),
    breakage_usd: formatUsd(figures.breakage),
    top_ups_usd: formatUsd(figures.topUps),
    net_usd: formatUsd(figures.net),
  };
}

/** The figures of all lines together. */
export function presentTotals(lines: readonly RevenueLine[]): PresentedFigures {
  return presentFigures(revenueFigures(lines.flatMap(({ sums }) => sums)));
}

/** One line of a report as the API shows it. */
export function presentLine({ period, group, sums }: RevenueLine): AnalyticsRevenue['data'][number] {
  return { period: period?.toISOString() ?? null, group, figures: presentFigures(revenueFigures(sums)) };
}

function formatAmount(asset: Asset, amount: bigint): string {
  return asset === 'USD' ? formatUsd(amount) : amount.toString();
}

/** The trial balance as the API shows it. Debits and credits of each asset are equal, or the books are wrong. */
export function presentTrialBalance(rows: readonly TrialBalanceRow[]): LedgerAccountList {
  const assets: Asset[] = ['USD', 'FREE_TOKEN'];
  return {
    data: rows.map(({ code, kind, asset, accounts, debits, credits }) => {
      const balance = kind === 'asset' || kind === 'expense' ? debits - credits : credits - debits;
      return {
        code,
        kind,
        asset,
        accounts,
        debits: formatAmount(asset, debits),
        credits: formatAmount(asset, credits),
        balance: formatAmount(asset, balance),
      };
    }),
    totals: assets.map((asset) => {
      const own = rows.filter((row) => row.asset === asset);
      return {
        asset,
        debits: formatAmount(
          asset,
          own.reduce((sum, { debits }) => sum + debits, 0n),
        ),
        credits: formatAmount(
          asset,
          own.reduce((sum, { credits }) => sum + credits, 0n),
        ),
      };
    }),
  };
}
