import { z } from 'zod';
import { momentOrDaySchema } from './moments.ts';
import { parseUsd } from './money.ts';
import { pageShape } from './query-numbers.ts';

/** The least and the most that can be topped up at once, in nano-dollars. */
export const TOP_UP_MIN = 5_000_000_000n;
export const TOP_UP_MAX = 500_000_000_000n;

const usd = z.string().describe('Decimal string of US dollars with nine digits');

/** What a person has. `total = spent + held + available`. */
export const balanceSchema = z.object({
  total_usd: usd.describe('Everything ever credited, less what expired or was taken back'),
  spent_usd: usd.describe('Everything ever charged'),
  held_usd: usd.describe('Set aside for calls that are running'),
  available_usd: usd.describe('What new calls can use'),
  currency: z.literal('USD'),
});

export type Balance = z.infer<typeof balanceSchema>;

/** The body of `POST /api/v1/balance/top-ups`. */
export const topUpRequestSchema = z.strictObject({
  amount_usd: z
    .string()
    .refine((text) => {
      const nano = parseUsd(text);
      return nano !== null && nano >= TOP_UP_MIN && nano <= TOP_UP_MAX && nano % 10_000_000n === 0n;
    }, 'must be a decimal string from "5" to "500" in whole cents')
    .describe('"5" to "500"'),
});

/** One top-up. In `test` mode no money moves outside: it is settled at once. */
export const topUpSchema = z.object({
  id: z.string(),
  status: z.enum(['pending', 'succeeded', 'failed']),
  mode: z.enum(['test', 'live']),
  amount_usd: usd,
  balance_usd: usd,
  created_at: z.string(),
});

export type TopUp = z.infer<typeof topUpSchema>;

export const TRANSACTION_KINDS = ['top_up', 'charge', 'adjustment', 'refund', 'grant', 'expiry'] as const;

/** Filters of the transaction list. */
export const transactionQuerySchema = z.strictObject({
  kind: z.enum(TRANSACTION_KINDS).optional(),
  model: z.string().max(200).optional(),
  from: momentOrDaySchema.optional(),
  to: momentOrDaySchema.optional(),
  ...pageShape(),
  cursor: z.string().max(100).optional().describe('The `next_cursor` of the page before'),
});

/** One movement of a wallet; charges are negative. */
export const transactionSchema = z.object({
  id: z.string(),
  kind: z.enum(TRANSACTION_KINDS),
  amount_usd: usd,
  balance_after_usd: usd,
  model: z.string().nullable(),
  provider: z.string().nullable(),
  call_id: z.string().nullable(),
  commission_usd: usd
    .nullable()
    .describe('The platform’s part of a charge; below zero where the provider is owed more than was charged'),
  description: z.string(),
  created_at: z.string(),
});

export type Transaction = z.infer<typeof transactionSchema>;

export const transactionListSchema = z.object({
  data: z.array(transactionSchema),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
  next_cursor: z.string().nullable(),
});

export type TransactionList = z.infer<typeof transactionListSchema>;

/** The answer of `GET /api/v1/admin/ledger/check`. */
export const ledgerCheckSchema = z.object({
  ok: z.boolean(),
  checked: z.int().describe('Transfers looked at'),
  since: z.string().nullable().describe('The day (UTC) with which they begin; null: all there are'),
  invariants: z.array(z.object({ id: z.string(), ok: z.boolean(), detail: z.string() })),
});

export type LedgerCheck = z.infer<typeof ledgerCheckSchema>;

/** Spending of the last thirty days. */
export const balanceSummarySchema = z.object({
  by_day: z.array(z.object({ day: z.string(), spent_usd: usd, credited_usd: usd, calls: z.int() })),
  by_model: z.array(z.object({ model: z.string(), spent_usd: usd, calls: z.int() })),
  by_kind: z.array(z.object({ kind: z.enum(TRANSACTION_KINDS), amount_usd: usd, count: z.int() })),
});

export type BalanceSummary = z.infer<typeof balanceSummarySchema>;

/** One line of the usage list. */
export const usageRowSchema = z.object({
  id: z.string(),
  model: z.string(),
  provider: z.string(),
  api_key_id: z.string().nullable(),
  streamed: z.boolean().nullable().describe('Null when the process that answered died before it could say'),
  outcome: z.string(),
  error_code: z.string().nullable(),
  input_tokens: z.int(),
  cached_input_tokens: z.int(),
  output_tokens: z.int(),
  reasoning_tokens: z.int(),
  cost_usd: usd,
  usage_source: z.string().nullable(),
  ttft_ms: z.int().nullable(),
  duration_ms: z.int(),
  created_at: z.string(),
});

export type UsageRow = z.infer<typeof usageRowSchema>;

export const usageListSchema = z.object({
  data: z.array(usageRowSchema),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
});

export type UsageList = z.infer<typeof usageListSchema>;
