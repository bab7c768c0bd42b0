import { z } from 'zod';
import { chatCompletionRequestSchema, pickedSchema } from './chat.ts';
import { embeddingRequestSchema } from './embeddings.ts';
import { imageRequestSchema } from './images.ts';

const QUOTED_MODELS_MAX = 20;

const usd = z.string().describe('Decimal string of US dollars with nine digits');
const modelId = chatCompletionRequestSchema.shape.model;

/** What is asked of a model, or of several in place of one. */
const asked = {
  model: modelId.optional(),
  models: z.array(modelId).min(1).max(QUOTED_MODELS_MAX).optional(),
};
const isOneOrSeveral = ({ model, models }: { model?: unknown; models?: unknown }) =>
  (model === undefined) !== (models === undefined);
const fault = { message: 'send either model or models', path: ['model'] };
const told = 'Which request it is; told from its fields when absent: `input` is of embeddings, `prompt` of images';

/** The endpoint a request is for, by the field that only its requests have. */
const withEndpoint = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null || 'endpoint' in body) return body;
  if ('messages' in body) return { ...body, endpoint: 'chat' };
  if ('input' in body) return { ...body, endpoint: 'embeddings' };
  return { ...body, endpoint: 'prompt' in body ? 'images' : 'chat' };
};

/** The body of `POST /v1/quote`: a request of chat, embeddings or images as it would be sent, on one model or on several. */
export const quoteRequestSchema = z.preprocess(
  withEndpoint,
  z.discriminatedUnion('endpoint', [
    z
      .strictObject({ ...chatCompletionRequestSchema.shape, ...asked, endpoint: z.literal('chat').describe(told) })
      .refine(isOneOrSeveral, fault),
    z
      .strictObject({ ...embeddingRequestSchema.shape, ...asked, endpoint: z.literal('embeddings').describe(told) })
      .refine(isOneOrSeveral, fault),
    z
      .strictObject({ ...imageRequestSchema.shape, ...asked, endpoint: z.literal('images').describe(told) })
      .refine(isOneOrSeveral, fault),
  ]),
);

export type QuoteRequest = z.infer<typeof quoteRequestSchema>;

const priceSchema = z.object({
  input_tokens: z.int().describe('Our count of the input'),
  input_tokens_max: z.int().describe('The most the input can come to; held until the provider tells its count'),
  output_tokens_expected: z.int().describe('What answers of this model usually come to, within the ceiling'),
  output_tokens_max: z.int().describe('The ceiling named in the request, else the model’s'),
  minimum_usd: usd.describe('The counted input and one token of output, or one image'),
  expected_usd: usd,
  maximum_usd: usd.describe('The call costs never more'),
  hold_usd: usd.describe('What is set aside when the call starts'),
  affordable: z
    .boolean()
    .describe('Whether the balance, and what is left of the API key’s daily limit, bear the hold now'),
});

/** What a request would cost on one model: a price, or why it cannot be sent there. */
export const quoteSchema = z.object({
  model: z.string().describe('The model; where `q/auto` was asked for, the one that would be picked'),
  auto: pickedSchema
    .optional()
    .describe('Where `q/auto` was asked for: what was recognised, and why this model was picked'),
  quote: priceSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

/** The answer of `POST /v1/quote`, in the order of the models asked for. */
export const quoteListSchema = z.object({
  data: z.array(quoteSchema),
  available_usd: usd.describe('What new calls can use now'),
});

export type QuoteList = z.infer<typeof quoteListSchema>;
