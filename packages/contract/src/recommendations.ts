import { TASKS } from '@q/assistant/analysis';
import { FACTORS } from '@q/assistant/choose/weights';
import { z } from 'zod';
import { PRICE_TIERS } from './models.ts';

const QUERY_LENGTH_MAX = 20_000;
const LIMIT_MAX = 20;
const LIMIT_DEFAULT = 3;
const WEIGHT_MAX = 1_000;
const NANO_DECIMALS = 9;

const usd = z.string().describe('Decimal string of US dollars with nine digits');

/** Dollars as a decimal string or a number; a number is read to a nano-dollar. */
const amountSchema = z
  .union([z.string(), z.number()])
  .transform((value) => (typeof value === 'number' ? value.toFixed(NANO_DECIMALS) : value))
  .refine((text) => /^\d{1,9}(\.\d{1,9})?$/.test(text), 'must be US dollars from 0 with at most nine decimals');

const weightSchema = z.number().min(0).max(WEIGHT_MAX);

/** The body of `POST /api/v1/recommendations`. */
export const recommendationRequestSchema = z.strictObject({
  query: z
    .string()
    .max(QUERY_LENGTH_MAX)
    .refine((text) => text.trim() !== '', 'must say what the model is for')
    .describe('What the model is for, in any words: the task, and whatever it has to keep to'),
  budget_usd: amountSchema.optional().describe('The most one call may cost'),
  prefer: z.enum(['quality', 'price', 'speed', 'balanced']).optional().describe('What counts more than usual'),
  weights: z
    .strictObject(Object.fromEntries(FACTORS.map((factor) => [factor, weightSchema.optional()])))
    .optional()
    .describe('Weights in place of the usual ones (20, 15, 15, 10, 10, 5, 15, 10); brought to a sum of 100'),
  provider: z.string().min(1).max(100).optional().describe('Only models of this provider'),
  free_only: z.boolean().default(false).describe('Only models that cost nothing'),
  available_only: z.boolean().default(false).describe('Only models that can be called here now'),
  limit: z.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
});

export type RecommendationRequest = z.infer<typeof recommendationRequestSchema>;

const periodSchema = z.enum(['call', 'million_tokens', 'day', 'week', 'month', 'year', 'total']);
const askedModalitySchema = z.enum(['text', 'image', 'audio', 'video', 'file', 'embedding']);

const requirementsSchema = z.object({
  budget: z.object({ amount_usd: z.string(), per: periodSchema }).nullable(),
  volume: z.object({ calls: z.number(), per: periodSchema }).nullable(),
  free_only: z.boolean(),
  low_cost: z.boolean(),
  fast: z.boolean(),
  best_quality: z.boolean(),
  local: z.boolean(),
  open_weights: z.boolean(),
  private: z.boolean(),
  providers: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }),
  languages: z.array(z.string()),
  min_context_tokens: z.number().nullable(),
  long_context: z.boolean(),
  input_modalities: z.array(askedModalitySchema),
  output_modalities: z.array(askedModalitySchema),
  structured_output: z.boolean(),
  tools: z.boolean(),
});

const taskSchema = z.enum(TASKS);

const analysisSchema = z.object({
  task: taskSchema,
  tasks: z.array(z.object({ task: taskSchema, probability: z.number() })).describe('The likeliest first'),
  language: z.string().describe('ISO 639-1 code of the language of the query'),
  complexity: z.enum(['simple', 'moderate', 'complex']),
  requirements: requirementsSchema,
  tokens: z.object({ input: z.number(), output: z.number() }).describe('Of one call, estimated'),
});

const factorSchema = z.object({
  points: z.number().describe('Of `max`; in halves, so that they add up to the score exactly'),
  max: z.number(),
  value: z.union([z.number(), z.string()]).nullable().describe('What was judged; null where nothing is known yet'),
  source: z
    .object({ name: z.string(), metric: z.string(), value: z.number(), as_of: z.string() })
    .optional()
    .describe('The public figure behind it'),
  note: z.string().optional().describe('How it was estimated where there is no figure'),
});

/** What is given up, in this order, when no model meets everything. */
const relaxedSchema = z.array(z.enum(['speed', 'provider', 'budget']));

const recommendationSchema = z.object({
  rank: z.number().int(),
  /** Null beyond the three picks. */
  role: z.enum(['best_match', 'best_value', 'fastest']).nullable(),
  model_id: z.string(),
  model_name: z.string(),
  provider: z.string(),
  reasoning: z.string(),
  score: z.number().describe('0 to 100'),
  factors: z.object(
    Object.fromEntries(FACTORS.map((factor) => [factor, factorSchema])) as Record<
      (typeof FACTORS)[number],
      typeof factorSchema
    >,
  ),
  decided_by: z.array(z.enum(FACTORS)).describe('The two factors that decided'),
  price_point: z.enum(PRICE_TIERS),
  speed: z.object({
    class: z.enum(['fast', 'medium', 'slow']),
    ttft_ms_p50: z.number(),
    tokens_per_second: z.number().nullable(),
    /** Until the whole answer of this call is there. */
    seconds: z.number(),
    source: z.enum(['measured', 'estimated']),
  }),
  rating: z.number().nullable(),
  reviews: z.number().int(),
  estimated_cost_usd: usd.describe('One call, at the buyer’s price'),
  estimated_tokens: z.object({ input: z.number().int(), output: z.number().int() }),
  available: z.boolean(),
  relaxed: relaxedSchema,
});

export type Recommendation = z.infer<typeof recommendationSchema>;

const alternativeSchema = recommendationSchema.omit({ rank: true, role: true });

/** The answer of `POST /api/v1/recommendations`. */
export const recommendationAnswerSchema = z.object({
  id: z.string().describe('Names this answer when a model of it is selected'),
  analysis: analysisSchema,
  recommendations: z.array(recommendationSchema).describe('The three picks first, then others by score'),
  alternatives: z.object({
    budget: alternativeSchema.nullable().describe('Cheaper than the best match; null when nothing is'),
    speed: alternativeSchema.nullable().describe('Faster than the best match; null when nothing is'),
  }),
  /** What had to be given up because no model meets everything. */
  relaxed: relaxedSchema,
  /** Why nothing is recommended. */
  no_match: z.object({ requirement: z.string(), reason: z.string() }).nullable(),
});

export type RecommendationAnswer = z.infer<typeof recommendationAnswerSchema>;
