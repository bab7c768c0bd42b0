import { z } from 'zod';
import { momentSchema } from './moments.ts';
import { parseUsd } from './money.ts';
import { pageShape } from './query-numbers.ts';

/** The most that one grant, adjustment or refund may move, in nano-dollars. */
export const ADMIN_MONEY_MAX = 1_000_000_000_000_000n;

/** Above this amount, in nano-dollars, an administrator's password is asked for again. */
export const PASSWORD_ABOVE = 100_000_000_000n;

const REASON_LENGTH_MIN = 3;
const REASON_LENGTH_MAX = 500;
const ID_LENGTH_MAX = 200;
const PASSWORD_LENGTH_MAX = 128;

/** Control characters, halves of characters, and what turns the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const usd = z.string().describe('Decimal string of US dollars with nine digits');

const reasonSchema = z
  .string()
  .trim()
  .min(REASON_LENGTH_MIN, `must have at least ${REASON_LENGTH_MIN} characters`)
  .max(REASON_LENGTH_MAX)
  .refine((text) => !UNPRINTABLE.test(text), 'must not hold control characters')
  .describe('Kept in the audit log and the books; the person sees it in their transactions');

const passwordSchema = z
  .string()
  .min(1)
  .max(PASSWORD_LENGTH_MAX)
  .optional()
  .describe('Your own password; needed above 100 US dollars');

const idSchema = z.string().min(1).max(ID_LENGTH_MAX);

const isUpToMax = (text: string) => {
  const nano = parseUsd(text);
  return nano !== null && nano > 0n && nano <= ADMIN_MONEY_MAX;
};

const isSignedUpToMax = (text: string) => isUpToMax(text.replace(/^-/, ''));

/** The body of `POST /api/v1/admin/grants`. */
export const grantRequestSchema = z.strictObject({
  user_id: idSchema,
  amount_usd: z.string().refine(isUpToMax, 'must be a decimal string above "0" and up to "1000000"'),
  expires_at: momentSchema.describe('What is left of the grant then expires'),
  reason: reasonSchema,
  password: passwordSchema,
});

export type GrantRequest = z.infer<typeof grantRequestSchema>;

/** A grant of promotional money: spent before paid money, never paid out. */
export const grantSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  amount_usd: usd,
  expires_at: z.string(),
  reason: z.string(),
  available_usd: usd.describe('What the person can use after it'),
  created_at: z.string(),
});

export type Grant = z.infer<typeof grantSchema>;

/** The body of `POST /api/v1/admin/adjustments`: either somebody's paid balance, or a refund of one call. */
export const adjustmentRequestSchema = z
  .strictObject({
    user_id: idSchema.optional().describe('Whose paid balance is adjusted'),
    call_id: idSchema.optional().describe('The call that is refunded'),
    amount_usd: z
      .string()
      .refine(isSignedUpToMax, 'must be a decimal string from "-1000000" to "1000000" and not "0"')
      .optional()
      .describe('Signed for a person; for a call above zero, or left out to refund all that is left'),
    reason: reasonSchema,
    password: passwordSchema,
  })
  .superRefine(({ user_id, call_id, amount_usd }, context) => {
    if ((user_id === undefined) === (call_id === undefined))
      context.addIssue({ code: 'custom', path: ['user_id'], message: 'name either user_id or call_id' });
    else if (user_id !== undefined && amount_usd === undefined)
      context.addIssue({ code: 'custom', path: ['amount_usd'], message: 'is needed to adjust a balance' });
    else if (call_id !== undefined && amount_usd?.startsWith('-'))
      context.addIssue({ code: 'custom', path: ['amount_usd'], message: 'must be above "0" for a refund' });
  });

export type AdjustmentRequest = z.infer<typeof adjustmentRequestSchema>;

/** What a refund did. `charged = refunded + left`; the amount of the refund went to three places. */
export const refundSchema = z.object({
  charged_usd: usd.describe('What the call had cost'),
  refunded_usd: usd.describe('What has been refunded of it so far, this refund included'),
  left_usd: usd.describe('What can still be refunded'),
  to_paid_usd: usd.describe('Went back to paid money'),
  to_promo_usd: usd.describe('Went back to promotional money'),
  expired_usd: usd.describe('Promotional money that has expired meanwhile: it stays with the house'),
  from_commission_usd: usd.describe('The house’s part of it'),
  from_publisher_usd: usd.describe('The publisher’s part of it'),
});

/** One booked adjustment or refund. */
export const adjustmentSchema = z.object({
  id: z.string().meta({ example: 'txn_1204' }),
  kind: z.enum(['adjustment', 'refund']),
  user_id: z.string(),
  call_id: z.string().nullable(),
  amount_usd: usd.describe('Negative when it was taken'),
  reason: z.string(),
  refund: refundSchema.nullable(),
  available_usd: usd.describe('What the person can use after it'),
  created_at: z.string(),
});

export type Adjustment = z.infer<typeof adjustmentSchema>;

/** Whom a commission rate is for: everything, all models of a publisher, or one model. The most specific one counts. */
export const COMMISSION_SCOPES = ['house', 'publisher', 'model'] as const;

export type CommissionScope = (typeof COMMISSION_SCOPES)[number];

/** The body of `PUT /api/v1/admin/commission-rates`. */
export const commissionRateRequestSchema = z
  .strictObject({
    scope: z.enum(COMMISSION_SCOPES),
    subject: idSchema.optional().describe('The publisher’s or the model’s id; none for the house'),
    commission_bps: z
      .int()
      .min(0)
      .max(9_999)
      .nullable()
      .describe('Basis points of what the buyer pays; null: the next wider scope decides again'),
    reason: reasonSchema,
  })
  .superRefine(({ scope, subject }, context) => {
    if ((scope === 'house') !== (subject === undefined))
      context.addIssue({
        code: 'custom',
        path: ['subject'],
        message: scope === 'house' ? 'the house has no subject' : 'is needed for this scope',
      });
  });

export type CommissionRateRequest = z.infer<typeof commissionRateRequestSchema>;

/** One rate of a scope as it was set. */
export const commissionRateSchema = z.object({
  scope: z.enum(COMMISSION_SCOPES),
  subject: z.string().nullable(),
  commission_bps: z.int().nullable(),
  valid_from: z.string(),
  actor_id: z.string(),
  reason: z.string(),
  in_force: z.boolean(),
});

/** `?page` and `?per_page` of the rates. */
export const commissionRateQuerySchema = z.strictObject(pageShape());

/** The rates of the house, and every rate ever set, newest first. */
export const commissionRateListSchema = z.object({
  house_bps: z.int().describe('In force for models that no other rate is for'),
  configured_bps: z.int().describe('COMMISSION_RATE: what the house takes while it has no rate here'),
  data: z.array(commissionRateSchema),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
});

export type CommissionRateList = z.infer<typeof commissionRateListSchema>;

/** The answer to a change of a rate. */
export const commissionRateChangeSchema = z.object({
  changed: z.boolean().describe('False when this rate was in force already'),
  repriced_models: z.array(z.string()).describe('Models that have a new price version'),
});

export type CommissionRateChange = z.infer<typeof commissionRateChangeSchema>;
