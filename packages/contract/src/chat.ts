import { z } from 'zod';
import { CHAT_IMAGE_LIMITS } from './chat-image-limits.ts';

/** Ceilings of one request; they keep a single caller from exhausting the process or the wallet by mistake. */
export const CHAT_LIMITS = {
  messages: 2_000,
  models: 8,
  modelIdLength: 200,
  tools: 128,
  reasoningDetails: 256,
  alternatives: 8,
  stopSequences: 4,
  outputTokens: 1_000_000,
} as const;

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const imagePart = z.object({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^(https:\/\/|data:image\/)/, 'must be an https or data:image URL'),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
});
const toolCall = z.object({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

/** One message of a conversation. Fields that clients echo back from our answers (such as `refusal`) are accepted and dropped. */
const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart]))]).nullish(),
  name: z.string().max(200).optional(),
  tool_calls: z.array(toolCall).max(CHAT_LIMITS.tools).optional(),
  tool_call_id: z.string().optional(),
  reasoning_content: z
    .string()
    .nullish()
    .describe(
      'What an assistant message of ours reasoned, given back: for providers that ask for it, others are not sent it',
    ),
  reasoning_details: z
    .array(z.object({ type: z.string(), data: z.string().nullish() }))
    .max(CHAT_LIMITS.reasoningDetails)
    .nullish()
    .describe(
      'What an assistant message of ours had under this name, given back unchanged: models that reason want it before the results of their tool calls. Entries of other models are left out',
    ),
});

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({ type: z.literal('json_schema'), json_schema: z.record(z.string(), z.unknown()) }),
]);

const outputTokens = z.int().min(1).max(CHAT_LIMITS.outputTokens);

const modelId = z.string().min(1).max(CHAT_LIMITS.modelIdLength);

/** Which providers may serve a request, and which are tried first. */
const providerPreferences = z.strictObject({
  only: z.array(z.string().max(64)).max(50).nullish().describe('Only these providers'),
  ignore: z.array(z.string().max(64)).max(50).nullish().describe('None of these providers'),
  own_key: z
    .enum(['first', 'only', 'never'])
    .nullish()
    .describe('Your own provider key: before the key of this marketplace (the default), instead of it, or not at all'),
  sort: z.enum(['price', 'latency', 'throughput']).nullish().describe('Instead of the order of `models`'),
});

/** `models` without `model` is a list of its own. */
const firstOfModels = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null || 'model' in body || !('models' in body)) return body;
  const [model] = Array.isArray(body.models) ? body.models : [];
  return model === undefined ? body : { model, ...body };
};

/** OpenAI's request. Unknown parameters are refused by name. */
export const chatCompletionRequestSchema = z.strictObject({
  model: modelId.describe('A model id such as "sandbox/guide", or "q/auto": the model that fits is picked'),
  models: z
    .array(modelId)
    .min(1)
    .max(CHAT_LIMITS.models)
    .nullish()
    .describe('Models that are tried in this order when one cannot answer; `model` may be left out then'),
  provider: providerPreferences.nullish(),
  drop_params: z
    .boolean()
    .nullish()
    .describe('Leave out parameters that the provider cannot serve, instead of a 400; `x-dropped-params` names them'),
  continue_on_error: z
    .boolean()
    .nullish()
    .describe(
      'When a stream of text breaks after it has begun, the next provider goes on where it stopped: a chunk with `seam` says so, both parts are charged, each with a receipt of its own, and the last chunk tells the sum',
    ),
  messages: z.array(message).min(1).max(CHAT_LIMITS.messages),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: outputTokens.nullish().describe('Ceiling of output tokens; also the ceiling of what is held'),
  max_completion_tokens: outputTokens.nullish().describe('The newer name of max_tokens'),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(CHAT_LIMITS.stopSequences)]).nullish(),
  seed: z.int().nullish(),
  n: z.int().min(1).max(CHAT_LIMITS.alternatives).nullish(),
  tools: z.array(tool).max(CHAT_LIMITS.tools).nullish(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
  reasoning_effort: z.string().max(20).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  // These change nothing about the answer: accepted so that clients that always send them work.
  user: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  store: z.boolean().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  service_tier: z.enum(['auto', 'default']).nullish(),
  modalities: z.array(z.literal('text')).nullish(),
});

/** The body of `POST /v1/chat/completions`. */
export const chatCompletionBodySchema = z.preprocess(firstOfModels, chatCompletionRequestSchema);

export type ChatCompletionRequest = z.infer<typeof chatCompletionRequestSchema>;

/** Figures of a paid call as they stand in `usage`. */
export const chatUsageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({ cached_tokens: z.int() }),
  completion_tokens_details: z.object({ reasoning_tokens: z.int() }),
  cost_usd: z.string().describe('What this call cost, exact to the nano-dollar'),
  balance_usd: z.string().describe('The balance after this call'),
  usage_source: z.enum(['provider', 'counted', 'checkpoint']),
});

/** What was picked for a request that left the model to the marketplace. */
export const pickedSchema = z.object({ task: z.string(), reason: z.string() });

/** The answer of `POST /v1/chat/completions` without `stream`. */
export const chatCompletionSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  provider: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.string().nullable(),
        reasoning_content: z.string().optional(),
        reasoning_details: z
          .array(
            z.object({
              type: z.literal('reasoning.encrypted'),
              data: z.string(),
              format: z.literal('q-1'),
              index: z.int(),
            }),
          )
          .optional()
          .describe('To be given back with the message; what stands in it is for the model that wrote it only'),
        tool_calls: z.array(toolCall).optional(),
      }),
      finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'error']),
      logprobs: z.unknown().nullable(),
    }),
  ),
  usage: chatUsageSchema,
  auto: pickedSchema.optional().describe('With the model `q/auto`: what was recognised, and why this model answered'),
});

/** Parameters of a conversation in the product's own chat. */
export const chatParametersSchema = z.strictObject({
  system_prompt: z.string().max(32_000).optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: outputTokens.optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
});

export type ChatParameters = z.infer<typeof chatParametersSchema>;

/** The body of `POST /api/v1/chat` and, with `type`, the message frame of the WebSocket. */
export const chatMessageRequestSchema = z.strictObject({
  session_id: z.string().max(64).optional(),
  model_id: z.string().min(1).max(200),
  message: z.string().max(1_000_000),
  parameters: chatParametersSchema.optional(),
  regenerate: z
    .boolean()
    .optional()
    .describe('Answer a question of the session again: that named by `parent_id`, else the last. Earlier answers stay'),
  parent_id: z
    .string()
    .max(64)
    .nullish()
    .describe(
      'The message this one follows (null: it begins the conversation), to write a question anew. Absent: the newest',
    ),
  images: z
    .array(z.string().max(64))
    .max(CHAT_IMAGE_LIMITS.perMessage)
    .optional()
    .describe('Ids of pictures from `POST /api/v1/chat/images`, for models that take images'),
});

export type ChatMessageRequest = z.infer<typeof chatMessageRequestSchema>;
