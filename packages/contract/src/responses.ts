import { z } from 'zod';
import { chatCompletionRequestSchema } from './chat.ts';

/** Ceilings of one request in the format of the Responses API. Coding agents send hundreds of items and tools. */
const LIMITS = { items: 10_000, tools: 512, outputTokens: 1_000_000 } as const;

/** What zod tells of a value that fits none of several shapes, as far as it is read here. */
interface UnionFault {
  code?: string;
  input?: unknown;
  errors?: readonly (readonly { path: readonly PropertyKey[]; message: string }[])[];
}

function typeOf(value: unknown): string | undefined {
  const type = (value as { type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' ? type.slice(0, 60) : undefined;
}

/** Names the fault inside a list instead of saying that neither shape fits. */
function listFault(things: string) {
  return ({ input, errors = [] }: UnionFault): string => {
    const fault = Array.isArray(input) ? errors[1]?.[0] : undefined;
    if (fault === undefined) return `must be text or a list of ${things}`;
    return [fault.path.join('.'), fault.message].filter(Boolean).join(': ');
  };
}

/** Names the kind of part that cannot be passed on, and those that can. */
function partFault({ code, input }: UnionFault): string | undefined {
  const type = typeOf(input);
  if (code !== 'invalid_union' || type === undefined) return undefined;
  return `"${type}" cannot be passed on to models here; send input_text, input_image, output_text or refusal`;
}

/** Names the fault of an item by the shape it claims to have: messages may leave out their type. */
function itemFault({ input, errors = [] }: UnionFault): string {
  const type = typeOf(input) ?? 'message';
  if (type === 'item_reference') return 'nothing is stored here that could be referred to; send the item itself';
  const at = ['message', 'function_call', 'function_call_output', 'reasoning'].indexOf(type);
  if (at < 0)
    return `"${type}" cannot be passed on to models here; send message, function_call, function_call_output or reasoning`;
  const fault = errors[at]?.[0];
  return fault === undefined ? 'is not an item' : [fault.path.join('.'), fault.message].filter(Boolean).join(': ');
}

/** What asks for something that would have to be stored. */
const nothingStored = (instead: string) => z.null({ error: `nothing is stored here; ${instead}` }).optional();

const inputText = z.object({ type: z.literal('input_text'), text: z.string() });
const inputImage = z.object({
  type: z.literal('input_image'),
  image_url: z
    .string({ error: 'files are not stored here; send the image as an https or data:image URL' })
    .regex(/^(https:\/\/|data:image\/)/, 'must be an https or data:image URL'),
  detail: z.enum(['auto', 'low', 'high', 'original']).nullish(),
});
const outputText = z.object({ type: z.literal('output_text'), text: z.string() });
const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() });
const part = z.discriminatedUnion('type', [inputText, inputImage, outputText, refusalPart], { error: partFault });
const content = z.union([z.string(), z.array(part)], { error: listFault('content parts') });

const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();

/** One item of the conversation. Fields that clients echo back from our answers (ids, annotations) are accepted and dropped. */
const inputItem = z.union(
  [
    z.object({
      type: z.literal('message').optional(),
      role: z.enum(['user', 'assistant', 'system', 'developer']),
      content,
      status,
    }),
    z.object({
      type: z.literal('function_call'),
      call_id: z.string().min(1),
      name: z.string().min(1),
      arguments: z.string(),
      status,
    }),
    z.object({ type: z.literal('function_call_output'), call_id: z.string().min(1), output: content, status }),
    z.object({ type: z.literal('reasoning'), encrypted_content: z.string().nullish() }),
  ],
  { error: itemFault },
);

const tool = z.object({
  type: z.literal('function', {
    error: ({ input }) =>
      `tools of the type "${String(input).slice(0, 60)}" are not offered here; send your own of the type function`,
  }),
  name: z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish().describe('Counts where it is true; left out, the schema is a hint'),
});

const toolChoice = z.union(
  [z.enum(['none', 'auto', 'required']), z.object({ type: z.literal('function'), name: z.string() })],
  { error: 'must be none, auto, required or {"type": "function", "name": …}' },
);

const format = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string().min(1).max(64),
    schema: z.record(z.string(), z.unknown()),
    description: z.string().nullish(),
    strict: z.boolean().nullish(),
  }),
]);

const summary = z.enum(['auto', 'concise', 'detailed']).nullish();

/** Further output a caller may ask for. Only `message.output_text.logprobs` adds something: encrypted reasoning comes unasked, and the others belong to what is not offered here. */
const include = z.enum([
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
  'message.input_image.image_url',
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
]);

/** The body of `POST /v1/responses`: OpenAI's request. Unknown parameters are refused by name. */
export const responsesRequestSchema = z.strictObject({
  model: z.string().min(1).max(200).describe('A model id such as "sandbox/guide"'),
  models: chatCompletionRequestSchema.shape.models.describe(
    'Models that are tried in this order when one cannot answer',
  ),
  provider: chatCompletionRequestSchema.shape.provider,
  input: z.union([z.string(), z.array(inputItem).min(1).max(LIMITS.items)], { error: listFault('items') }),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_obfuscation: z.boolean().nullish() }).nullish(),
  max_output_tokens: z
    .int()
    .min(1)
    .max(LIMITS.outputTokens)
    .nullish()
    .describe('Ceiling of output tokens; also the ceiling of what is held'),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  include: z.array(include).nullish(),
  tools: z.array(tool).max(LIMITS.tools).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z
    .strictObject({
      format: format.nullish(),
      verbosity: z.enum(['low', 'medium', 'high']).nullish().describe('A wish; accepted, and not passed on'),
    })
    .nullish(),
  reasoning: z
    .strictObject({
      effort: z.string().max(20).nullish(),
      summary: summary.describe('Accepted; thoughts that a model shows are always sent, as a summary'),
      generate_summary: summary,
      context: z.enum(['auto', 'current_turn', 'all_turns']).nullish(),
      mode: z.literal('standard').nullish(),
    })
    .nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish().describe('Accepted; nothing is ever left out of the input'),
  store: z.boolean().nullish().describe('Accepted; nothing is stored'),
  previous_response_id: nothingStored('send the whole conversation as input'),
  conversation: nothingStored('send the whole conversation as input'),
  prompt: nothingStored('send the prompt as instructions and input'),
  background: z.literal(false, { error: 'answers are not made in the background here; use stream' }).nullish(),
  // These change nothing about the answer: accepted so that clients that always send them work.
  metadata: z.record(z.string(), z.unknown()).nullish(),
  client_metadata: z.record(z.string(), z.unknown()).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().max(20).nullish(),
  prompt_cache_options: z.record(z.string(), z.unknown()).nullish(),
  service_tier: z.enum(['auto', 'default']).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
});

export type ResponsesRequest = z.infer<typeof responsesRequestSchema>;

const logprob = z.object({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()).nullable() });
const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);

/** One item of an answer: thoughts, a message, or a call of a tool. */
export const responseItemSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('reasoning'),
    id: z.string(),
    status: itemStatus,
    summary: z.array(z.object({ type: z.literal('summary_text'), text: z.string() })),
    encrypted_content: z
      .string()
      .optional()
      .describe('To be given back with the item; what stands in it is for the model that wrote it only'),
  }),
  z.object({
    type: z.literal('message'),
    id: z.string(),
    status: itemStatus,
    role: z.literal('assistant'),
    content: z.array(
      z.discriminatedUnion('type', [
        z.object({
          type: z.literal('output_text'),
          text: z.string(),
          annotations: z.array(z.unknown()),
          logprobs: z.array(logprob.extend({ top_logprobs: z.array(logprob) })),
        }),
        refusalPart,
      ]),
    ),
  }),
  z.object({
    type: z.literal('function_call'),
    id: z.string(),
    status: itemStatus,
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
]);

export type ResponseItem = z.infer<typeof responseItemSchema>;

const usage = z.object({
  input_tokens: z.int(),
  input_tokens_details: z.object({ cached_tokens: z.int(), cache_write_tokens: z.int() }),
  output_tokens: z.int(),
  output_tokens_details: z.object({ reasoning_tokens: z.int() }),
  total_tokens: z.int(),
  cost_usd: z.string().describe('What this call cost, exact to the nano-dollar'),
  balance_usd: z.string().describe('The balance after this call'),
  usage_source: z.enum(['provider', 'counted', 'checkpoint']),
});

/** What an answer repeats of its request, with the defaults in force where nothing was asked. */
const echo = {
  background: z.literal(false),
  frequency_penalty: z.number(),
  instructions: z.string().nullable(),
  max_output_tokens: z.int().nullable(),
  max_tool_calls: z.int().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  parallel_tool_calls: z.boolean(),
  presence_penalty: z.number(),
  previous_response_id: z.null(),
  prompt_cache_key: z.string().nullable(),
  reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }),
  safety_identifier: z.string().nullable(),
  service_tier: z.literal('default'),
  store: z.literal(false),
  temperature: z.number().nullable().describe('null: the provider’s default'),
  text: z.object({ format, verbosity: z.literal('medium') }),
  tool_choice: toolChoice,
  tools: z.array(tool),
  top_logprobs: z.int(),
  top_p: z.number().nullable().describe('null: the provider’s default'),
  truncation: z.literal('disabled'),
  user: z.string().nullable(),
};

/** What an answer repeats of its request. */
const responseEchoSchema = z.object(echo);

export type ResponseEcho = z.infer<typeof responseEchoSchema>;

/** What an answer says of itself. */
const responseCoreSchema = z.object({
  id: z.string(),
  object: z.literal('response'),
  created_at: z.int().describe('Seconds since 1970'),
  completed_at: z.int().nullable(),
  status: z.enum(['in_progress', 'completed', 'incomplete', 'failed']),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z.object({ reason: z.enum(['max_output_tokens', 'content_filter']) }).nullable(),
  model: z.string(),
  output: z.array(responseItemSchema),
  usage: usage.nullable(),
  outcome: z
    .enum(['completed', 'client_gone', 'stopped', 'stopped_by_balance', 'stopped_by_key_limit', 'upstream_error'])
    .nullable()
    .describe('Why the call ended; null while it runs'),
});

export type ResponseCore = z.infer<typeof responseCoreSchema>;

/** The answer of `POST /v1/responses` without `stream`: OpenAI's response, and in its usage our cost and balance. */
export const responseSchema = responseCoreSchema.extend(echo);
