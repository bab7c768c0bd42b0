import { z } from 'zod';
import { pageShape } from './query-numbers.ts';

/** The longest review, in UTF-16 units as JavaScript and browsers count them. */
export const REVIEW_LENGTH_MAX = 4_000;

const PER_PAGE_DEFAULT = 10;
const PATH_PART_LENGTH_MAX = 200;

/** Control characters but line breaks and tabs, halves of characters, and what turns the direction of text. */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Something to be seen: letters, digits, marks of writing or signs such as emoji. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const ratingSchema = z.int().min(1).max(5).meta({ description: 'Stars, 1 (bad) to 5 (good).', example: 4 });

/** The body of `POST` and `PUT`: what somebody writes about a model. Text, never markup. */
export const reviewRequestSchema = z.strictObject({
  rating: ratingSchema,
  content: z
    .string()
    .overwrite((text) => text.replaceAll('\r\n', '\n'))
    .trim()
    .min(1, 'must not be empty')
    .max(REVIEW_LENGTH_MAX, `must have at most ${REVIEW_LENGTH_MAX} characters`)
    .refine((text) => !UNPRINTABLE.test(text), 'must not hold control characters')
    .refine((text) => VISIBLE.test(text), 'must have something to read')
    .meta({ description: 'Plain text; it is never read as markup.', example: 'Fast, and careful with numbers.' }),
});

export type ReviewRequest = z.infer<typeof reviewRequestSchema>;

/** One review as the caller sees it. */
export const reviewSchema = z.object({
  id: z.string().meta({ example: 'rev_3ZkQ0…' }),
  model_id: z.string(),
  author: z.string().nullable().meta({ description: 'The name they show, or null: they show none. Never an address.' }),
  rating: ratingSchema,
  content: z.string(),
  helpful: z.int().nonnegative().meta({ description: 'How many people found it helpful.' }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime().meta({ description: 'Later than `created_at` once it has been edited.' }),
  mine: z.boolean(),
  voted: z.boolean().meta({ description: 'The caller found it helpful.' }),
});

export type Review = z.infer<typeof reviewSchema>;

const starCountSchema = z.int().nonnegative();

/** What all reviews of a model come to. */
const reviewSummarySchema = z.object({
  rating: z.number().nullable().meta({ description: 'The mean with two decimals; null without a review.' }),
  reviews: starCountSchema,
  stars: z.object({
    1: starCountSchema,
    2: starCountSchema,
    3: starCountSchema,
    4: starCountSchema,
    5: starCountSchema,
  }),
});

export type ReviewSummary = z.infer<typeof reviewSummarySchema>;

/** A page of the reviews of a model. */
export const reviewListSchema = z.object({
  data: z.array(reviewSchema),
  total: z.int().nonnegative(),
  page: z.int(),
  per_page: z.int(),
  summary: reviewSummarySchema,
  own: reviewSchema.nullable().meta({ description: 'The caller’s review, on whatever page it is.' }),
  may_review: z
    .boolean()
    .nullable()
    .meta({ description: 'The caller has used the model, which writing a review needs; null without credentials.' }),
});

export type ReviewList = z.infer<typeof reviewListSchema>;

/** How reviews can be ordered. */
export const REVIEW_SORTS = ['newest', 'helpful'] as const;

/** `GET …/reviews`. */
export const reviewQuerySchema = z.strictObject({
  sort: z.enum(REVIEW_SORTS).default('newest'),
  ...pageShape(PER_PAGE_DEFAULT),
});

export type ReviewQuery = z.infer<typeof reviewQuerySchema>;

const partSchema = z.string().min(1).max(PATH_PART_LENGTH_MAX);

/** The model in a path: its name is one part with its slashes escaped, or two parts. */
export const reviewedModelParamsSchema = z.object({
  provider: partSchema,
  owner: partSchema.optional(),
  model: partSchema,
});

/** The model and the review in a path. */
export const reviewParamsSchema = reviewedModelParamsSchema.extend({ id: z.string().min(1).max(64) });
