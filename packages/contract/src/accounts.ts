import { z } from 'zod';
import { pageShape } from './query-numbers.ts';

/** The roles of people, weakest first. */
export const ROLES = ['user', 'publisher', 'analyst', 'admin'] as const;

/** A disabled account can neither sign in nor use its keys. */
export const USER_STATUSES = ['active', 'disabled'] as const;

/** Bounds of a password in characters; there are no rules about its composition. */
export const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 128;

const EMAIL_LENGTH_MAX = 254;
const TEXT_LENGTH_MAX = 100;
const TOKEN_LENGTH_MAX = 4_096;
const ID_LENGTH_MAX = 64;
const PREFERENCE_FIELDS_MAX = 50;
const PREFERRED_MODELS_MAX = 50;

/** Control characters, and the ones that turn the direction of text: both make a name show as something else. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const emailSchema = z
  .email('must be an e-mail address')
  .max(EMAIL_LENGTH_MAX)
  .meta({ description: 'Upper and lower case are the same address.', example: 'ada@example.com' });

const newPasswordSchema = z
  .string()
  .min(PASSWORD_LENGTH_MIN, `must have at least ${PASSWORD_LENGTH_MIN} characters`)
  .max(PASSWORD_LENGTH_MAX, `must have at most ${PASSWORD_LENGTH_MAX} characters`)
  .meta({
    description: 'Any characters. Well known passwords, and ones made of your own name or address, are refused.',
    example: 'seven quiet harbours',
  });

/** A password that is compared, not set: as short as somebody may type it. */
const givenPasswordSchema = z
  .string()
  .min(1)
  .max(PASSWORD_LENGTH_MAX, `must have at most ${PASSWORD_LENGTH_MAX} characters`);

const textSchema = z
  .string()
  .trim()
  .max(TEXT_LENGTH_MAX)
  .refine((text) => !UNPRINTABLE.test(text), 'must not hold control characters');

const usernameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{1,38}$/, 'must be 2 to 39 letters, digits, dots, dashes or underscores')
  .meta({ example: 'ada' });

const mailedTokenSchema = z.string().min(16).max(256).meta({ description: 'The token of the mailed or printed link.' });

const countSchema = z.int().nonnegative();

/** `?page` and `?per_page` of a list. */
export const pageQuerySchema = z.strictObject(pageShape());

/** A person as they see themselves. */
export const userSchema = z
  .object({
    id: z.string().meta({ example: 'usr_3ZkQ0…' }),
    email: z.string(),
    email_verified: z.boolean(),
    name: z.string().nullable(),
    username: z.string().nullable(),
    organization: z.string().nullable(),
    role: z.enum(ROLES),
    created_at: z.iso.datetime(),
    balance_usd: z.string().meta({ description: 'US dollars with nine decimals.', example: '4.960000000' }),
    plan: z.string(),
  })
  .meta({ description: 'The signed-in person.' });

export type User = z.infer<typeof userSchema>;

/** `POST /api/v1/auth/register`. */
export const registerRequestSchema = z.strictObject({
  email: emailSchema,
  password: newPasswordSchema,
  name: textSchema.optional(),
  username: usernameSchema.optional(),
  organization: textSchema.optional(),
});

export type RegisterRequest = z.infer<typeof registerRequestSchema>;

/** `POST /api/v1/auth/login`. */
export const loginRequestSchema = z.strictObject({ email: emailSchema, password: givenPasswordSchema });

/** The answer of register, login and refresh. */
export const signInAnswerSchema = z.object({
  user: userSchema,
  access_token: z.string().meta({ description: 'Send it as `Authorization: Bearer …`. Lasts `expires_in` seconds.' }),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  refresh_token: z.string().optional().meta({
    description:
      'Only when the old one came in the body, or for a panel embedded in another application; otherwise it is in the cookie.',
  }),
});

export type SignInAnswer = z.infer<typeof signInAnswerSchema>;

/** `POST /api/v1/auth/refresh` and `/logout`, for clients without cookies; browsers send no body. */
export const refreshRequestSchema = z
  .strictObject({ refresh_token: z.string().min(16).max(TOKEN_LENGTH_MAX).optional() })
  .nullish();

/** `PATCH /api/v1/auth/me`. `null` or an empty text clears a field; a new password needs the current one. */
export const updateMeRequestSchema = z.strictObject({
  name: textSchema.nullable().optional(),
  username: usernameSchema.nullable().optional(),
  organization: textSchema.nullable().optional(),
  current_password: givenPasswordSchema.optional(),
  new_password: newPasswordSchema.optional(),
});

export type UpdateMeRequest = z.infer<typeof updateMeRequestSchema>;

/** `POST /api/v1/auth/verify-token`. */
export const verifyTokenRequestSchema = z.strictObject({
  token: z.string().max(TOKEN_LENGTH_MAX).meta({ description: 'An access token or an API key.' }),
});

export const verifyTokenAnswerSchema = z.object({
  valid: z.boolean(),
  user_id: z.string().optional(),
  role: z.enum(ROLES).optional(),
  expires_at: z.iso.datetime().nullable().optional().meta({ description: 'null: an API key without an end.' }),
});

/** `POST /api/v1/auth/verify-email`: a token confirms an address, an address asks for a new mail. */
export const verifyEmailRequestSchema = z.union([
  z.strictObject({ token: mailedTokenSchema }),
  z.strictObject({ email: emailSchema }),
]);

/** `POST /api/v1/auth/password/forgot`. */
export const forgotPasswordRequestSchema = z.strictObject({ email: emailSchema });

/** `POST /api/v1/auth/password/reset`. */
export const resetPasswordRequestSchema = z.strictObject({ token: mailedTokenSchema, password: newPasswordSchema });

/** An answer that only says what happened. */
export const messageSchema = z.object({ message: z.string() });

/** One signed-in device. */
export const sessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
});

export const sessionListSchema = z.object({
  data: z.array(sessionSchema),
  total: countSchema,
  page: countSchema,
  per_page: countSchema,
});

/** Names and plain values; which names mean something is up to the application that stores them. */
const settingsSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'names are lower case letters, digits and underscores'),
    z.union([z.boolean(), z.number(), z.string().max(200)]),
  )
  .refine(
    (settings) => Object.keys(settings).length <= PREFERENCE_FIELDS_MAX,
    `at most ${PREFERENCE_FIELDS_MAX} fields`,
  );

const modelIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}\/[\w.:@/-]{1,150}$/, 'must be a model id such as anthropic/claude-3-opus');

/** `GET /api/v1/preferences`. */
export const preferencesSchema = z.object({
  preferred_models: z.array(modelIdSchema).max(PREFERRED_MODELS_MAX),
  selected_model: modelIdSchema.nullable(),
  notifications: settingsSchema,
  privacy: settingsSchema,
});

export type Preferences = z.infer<typeof preferencesSchema>;

/** `PUT /api/v1/preferences`: fields left out keep their value. */
export const updatePreferencesRequestSchema = z.strictObject(preferencesSchema.partial().shape);

export type UpdatePreferencesRequest = z.infer<typeof updatePreferencesRequestSchema>;

/** `POST /api/v1/admin/setup`: makes the first administrator with the token printed at start. */
export const adminSetupRequestSchema = z.strictObject({
  token: mailedTokenSchema,
  email: emailSchema,
  password: newPasswordSchema,
});

/** A person as an administrator sees them. */
export const adminUserSchema = z.object({
  id: z.string(),
  email: z.string(),
  email_verified: z.boolean(),
  name: z.string().nullable(),
  username: z.string().nullable(),
  organization: z.string().nullable(),
  role: z.enum(ROLES),
  status: z.enum(USER_STATUSES),
  created_at: z.iso.datetime(),
});

export const adminUserListSchema = z.object({
  data: z.array(adminUserSchema),
  total: countSchema,
  page: countSchema,
  per_page: countSchema,
});

export type AdminUserList = z.infer<typeof adminUserListSchema>;

/** `GET /api/v1/admin/users`. */
export const adminUserQuerySchema = pageQuerySchema.extend({
  q: z.string().max(200).optional().meta({ description: 'Part of an address, a name or a user name.' }),
  role: z.enum(ROLES).optional(),
  status: z.enum(USER_STATUSES).optional(),
});

/** `PATCH /api/v1/admin/users/:id`. */
export const adminUpdateUserRequestSchema = z
  .strictObject({ role: z.enum(ROLES).optional(), status: z.enum(USER_STATUSES).optional() })
  .refine((change) => change.role !== undefined || change.status !== undefined, 'name role, status or both');

/** One line of the audit log. */
export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor_id: z.string().nullable(),
  action: z.string(),
  object: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  ip: z.string().nullable(),
  request_id: z.string().nullable(),
});

export const auditListSchema = z.object({
  data: z.array(auditEntrySchema),
  total: countSchema,
  page: countSchema,
  per_page: countSchema,
});

/** `GET /api/v1/admin/audit`. */
export const auditQuerySchema = pageQuerySchema.extend({
  actor_id: z.string().max(ID_LENGTH_MAX).optional(),
  action: z.string().max(TEXT_LENGTH_MAX).optional(),
});

/** An id in a path. */
export const idParamsSchema = z.object({ id: z.string().min(1).max(ID_LENGTH_MAX) });
