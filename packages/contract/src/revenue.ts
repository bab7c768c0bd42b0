import { z } from 'zod';
import { momentOrDaySchema } from './moments.ts';

/** Lengths of time a report can be split by. */
export const REVENUE_INTERVALS = ['hour', 'day', 'week', 'month'] as const;

/** What a report can be split by beside time. */
export const REVENUE_GROUPS = ['model', 'provider'] as const;

/** People behind every cell that an analyst's report sums up: a day, a model, a provider and a kind of event. */
export const PEOPLE_IN_A_CELL_MIN = 5;

const usd = z.string().describe('Decimal string of US dollars with nine digits');

/** `?from` and `?to` of a report: from (inclusive) to (exclusive), in UTC; the last thirty days when left out. */
const window = { from: momentOrDaySchema.optional(), to: momentOrDaySchema.optional() };

/** `GET /api/v1/admin/revenue`. */
export const revenueQuerySchema = z.strictObject(window);

/** `GET /api/v1/analytics/revenue`. */
export const analyticsRevenueQuerySchema = z.strictObject({
  ...window,
  interval: z.enum(REVENUE_INTERVALS).optional(),
  group_by: z.enum(REVENUE_GROUPS).optional(),
});

export type AnalyticsRevenueQuery = z.infer<typeof analyticsRevenueQuerySchema>;

/** The figures of one line, each summed up from the transfers of the books. Refunds are taken off the parts they came from. */
export const revenueFiguresSchema = z.object({
  gross_usd: usd.describe('What buyers paid for calls, before refunds'),
  refunds_usd: usd.describe('What of it went back to buyers'),
  commission_usd: usd.describe('The house’s part of publishers’ sales'),
  resale_usd: usd.describe('What resold calls brought in'),
  provider_cost_usd: usd.describe('What providers ask for resold calls'),
  resale_margin_usd: usd.describe('resale − provider cost − overruns'),
  byok_fees_usd: usd.describe('Fees on buyers’ own provider keys'),
  publisher_shares_usd: usd.describe('What publishers are owed'),
  overruns_usd: usd.describe('Usage above what calls had held: the house’s loss'),
  free_tokens_usd: usd.describe('What the house paid for calls on free tokens'),
  promo_usd: usd.describe('Promotional money granted'),
  adjustments_given_usd: usd,
  adjustments_taken_usd: usd,
  breakage_usd: usd.describe('Promotional money that expired unspent'),
  top_ups_usd: usd.describe('Money buyers paid in'),
  net_usd: usd.describe('All revenue less all expense'),
});

/** One line of a report. `period` is where its time begins (UTC); null: the whole window. `group`: null for what belongs to no call. */
export const revenueLineSchema = z.object({
  period: z.string().nullable(),
  group: z.string().nullable(),
  figures: revenueFiguresSchema,
});

/** The answer of `GET /api/v1/admin/revenue`. */
export const revenueSchema = z.object({
  from: z.string(),
  to: z.string(),
  totals: revenueFiguresSchema,
  by_day: z.array(revenueLineSchema),
  by_model: z.array(revenueLineSchema),
});

export type Revenue = z.infer<typeof revenueSchema>;

/** The answer of `GET /api/v1/analytics/revenue`. `totals` sums the lines that are shown. */
export const analyticsRevenueSchema = z.object({
  from: z.string(),
  to: z.string(),
  interval: z.enum(REVENUE_INTERVALS).nullable(),
  group_by: z.enum(REVENUE_GROUPS).nullable(),
  totals: revenueFiguresSchema,
  data: z.array(revenueLineSchema),
  withheld: z
    .int()
    .describe(
      'Cells (what one kind of event came to on a day, with one model at one provider) that an analyst’s figures leave out, since fewer than five people stand behind them',
    ),
});

export type AnalyticsRevenue = z.infer<typeof analyticsRevenueSchema>;

/** One account of the trial balance. The wallets of all people count as one account of each kind. */
export const ledgerAccountSchema = z.object({
  code: z.string().meta({ example: 'wallet:*:paid' }),
  kind: z.enum(['asset', 'liability', 'revenue', 'expense']),
  asset: z.enum(['USD', 'FREE_TOKEN']),
  accounts: z.int().describe('How many accounts this line sums up'),
  debits: z.string().describe('US dollars with nine digits; whole tokens where the asset is FREE_TOKEN'),
  credits: z.string(),
  balance: z.string().describe('On the side that is usual for its kind: debits − credits for assets and expenses'),
});

/** The answer of `GET /api/v1/admin/ledger/accounts`. */
export const ledgerAccountListSchema = z.object({
  data: z.array(ledgerAccountSchema),
  totals: z.array(z.object({ asset: z.enum(['USD', 'FREE_TOKEN']), debits: z.string(), credits: z.string() })),
});

export type LedgerAccountList = z.infer<typeof ledgerAccountListSchema>;
