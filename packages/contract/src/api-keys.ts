import { z } from 'zod';
import { PASSWORD_LENGTH_MAX } from './accounts.ts';
import { momentSchema } from './moments.ts';
import { NANO_PER_USD, parseUsd } from './money.ts';

/** What an API key may do: call models (`/v1/*`), read the account, change it. */
export const PERMISSIONS = ['inference', 'read', 'manage'] as const;

/** What a key may do when its maker names nothing. */
export const DEFAULT_PERMISSIONS = ['inference', 'read'] as const;

const NAME_LENGTH_MAX = 100;

/** A rotated key lives on for at most seven days. */
export const GRACE_SECONDS_MAX = 604_800;

const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const passwordSchema = z.string().min(1).max(PASSWORD_LENGTH_MAX).optional().meta({
  description: 'Your password; needed when the session is older than twelve hours.',
});

/** The most a daily limit can be, in nano-dollars: a billion dollars, which the database adds up without overflowing. */
const DAILY_LIMIT_MAX = 1_000_000_000n * NANO_PER_USD;

const isDailyLimit = (text: string): boolean => {
  const nano = parseUsd(text);
  return nano !== null && nano >= 0n && nano <= DAILY_LIMIT_MAX;
};

const dailyLimitSchema = z
  .string()
  .refine(isDailyLimit, 'must be dollars as a decimal string from "0" to "1000000000", such as "5.00"')
  .meta({
    description: 'US dollars the key may spend a day (UTC): "0" to "1000000000"; left out or null: no limit.',
    example: '5.00',
  });

/** `POST /api/v1/keys`. */
export const createApiKeyRequestSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .refine((text) => !UNPRINTABLE.test(text), 'must not hold control characters')
    .meta({ example: 'laptop' }),
  permissions: z
    .array(z.enum(PERMISSIONS))
    .min(1)
    .max(PERMISSIONS.length)
    .optional()
    .meta({ description: 'Left out: inference and read.' }),
  expires_at: momentSchema.nullable().optional().meta({ description: 'In the future; left out: never.' }),
  daily_limit_usd: dailyLimitSchema.nullable().optional(),
  password: passwordSchema,
});

export type CreateApiKeyRequest = z.infer<typeof createApiKeyRequestSchema>;

/** `PUT /api/v1/keys/:id/rotate`. */
export const rotateApiKeyRequestSchema = z
  .strictObject({
    grace_seconds: z
      .int()
      .min(0)
      .max(GRACE_SECONDS_MAX)
      .optional()
      .meta({ description: 'How long the old key keeps working; 0 (the default): not at all.' }),
    password: passwordSchema,
  })
  .nullish();

/** A key without its secret. */
export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().meta({ example: 'qm_live_4fGh' }),
  last4: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  daily_limit_usd: z.string().nullable(),
  spent_today_usd: z.string().meta({ description: 'What it has been charged since midnight UTC.' }),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable(),
});

export type ApiKey = z.infer<typeof apiKeySchema>;

/** The answer of create and rotate, the only one that bears the key. */
export const newApiKeySchema = apiKeySchema.extend({
  key: z.string().meta({ description: 'Shown this once: it is stored as a hash.', example: 'qm_live_…' }),
});

export const apiKeyListSchema = z.object({
  data: z.array(apiKeySchema),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
});
