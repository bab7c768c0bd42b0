import { z } from 'zod';
import { chatParametersSchema } from './chat.ts';

/** Figures of one answer, shown beside it. */
export const messageReceiptSchema = z.object({
  model_id: z.string(),
  provider: z.string(),
  ttft_ms: z.int().nullable(),
  duration_ms: z.int(),
  usage_source: z.string(),
});

export type MessageReceipt = z.infer<typeof messageReceiptSchema>;

/** Who or what ended an answer before it was whole. */
const stoppedBySchema = z.enum(['person', 'balance', 'key_limit', 'connection']);

export type StoppedBy = z.infer<typeof stoppedBySchema>;

const tokensSchema = z.object({ input_tokens: z.int(), output_tokens: z.int() });

/** A picture of a message; its bytes are at `GET /api/v1/chat/images/:id`. Sizes in pixels. */
export const chatImageSchema = z.object({
  id: z.string(),
  media_type: z.string(),
  width: z.int(),
  height: z.int(),
});

export type ChatImage = z.infer<typeof chatImageSchema>;

/** The body of `POST /api/v1/chat/images`: a PNG, JPEG, WebP or GIF as base64. */
export const chatImageUploadSchema = z.strictObject({
  data: z.string().min(1).describe('The bytes of the picture, in base64'),
});

/** One message of a saved conversation. */
export const chatMessageSchema = z.object({
  id: z.string(),
  parent_id: z.string().nullable().describe('The message it follows; null for the first'),
  alternatives: z
    .array(z.string())
    .describe('Ids of all messages that follow the same one, this one included, oldest first'),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  images: z.array(chatImageSchema),
  reasoning: z.string().nullable().describe('What the model thought before it answered'),
  reasoning_ms: z.int().nullable(),
  model_id: z.string().nullable(),
  usage: tokensSchema.nullable(),
  cost_usd: z.string().nullable(),
  finish_reason: z.string().nullable(),
  stopped_by: stoppedBySchema
    .nullable()
    .describe(
      'What ended the answer early: you, your balance, the daily limit of the API key it was asked with, or that nobody was there to read it',
    ),
  receipt: messageReceiptSchema.nullable(),
  thumb: z.enum(['up', 'down']).nullable().describe('Your mark for this answer, given by `POST /api/v1/feedback`'),
  created_at: z.string(),
});

export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** An answer that is being written. It can be followed over `WS /api/v1/chat/stream` with `{type: "join", session_id, turn_id}`. */
const chatRunningTurnSchema = z.object({
  id: z.string(),
  model_id: z.string(),
  question: z.string().nullable().describe('What is asked; null when an earlier question is answered again'),
  question_id: z.string().nullable().describe('The question once it is saved, which it is when the model begins'),
  parent_id: z.string().nullable().describe('The message it follows; the question when it is answered again'),
  images: z.array(chatImageSchema),
  started_at: z.string(),
});

export type ChatRunningTurn = z.infer<typeof chatRunningTurnSchema>;

/** A saved conversation. */
export const chatSessionSchema = z.object({
  id: z.string(),
  title: z.string(),
  model_id: z.string().nullable(),
  parameters: chatParametersSchema,
  head_id: z.string().nullable().describe('The newest message of the branch that is open'),
  message_count: z.int().describe('Messages of all branches'),
  cost_usd: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  running: z.array(chatRunningTurnSchema).describe('Answers this server is writing now, oldest first'),
  calls_running: z
    .boolean()
    .describe('Whether any call of yours is running: while one is, another server may be writing an answer as well'),
});

export type ChatSession = z.infer<typeof chatSessionSchema>;

/** What can be set of a conversation. */
export const chatSessionWriteSchema = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  model_id: z.string().min(1).max(200).optional(),
  parameters: chatParametersSchema.optional(),
});

/** The body of `PATCH /api/v1/sessions/:id`. */
export const chatSessionChangeSchema = chatSessionWriteSchema.extend({
  head_id: z
    .string()
    .max(64)
    .optional()
    .describe('A message: the branch it stands on is opened, down to the newest message that follows it'),
});

export type ChatSessionChange = z.infer<typeof chatSessionChangeSchema>;

export const chatSessionListSchema = z.object({
  data: z.array(chatSessionSchema),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
});

export type ChatSessionList = z.infer<typeof chatSessionListSchema>;

export const chatMessageListSchema = z.object({
  data: z.array(chatMessageSchema),
  total: z.int(),
  page: z.int(),
  per_page: z.int(),
  next_cursor: z.string().nullable(),
});

export type ChatMessageList = z.infer<typeof chatMessageListSchema>;

/** `GET /api/v1/sessions/:id/messages/:message_id/alternatives`. */
export const chatAlternativesSchema = z.object({ data: z.array(chatMessageSchema) });

/** A message in which a text was found, with the words around it. */
export const chatHitSchema = z.object({
  session_id: z.string(),
  session_title: z.string(),
  message_id: z.string(),
  role: z.enum(['user', 'assistant']),
  excerpt: z.string(),
  created_at: z.string(),
});

export type ChatHit = z.infer<typeof chatHitSchema>;

/** `GET /api/v1/sessions/search`, the newest first. */
export const chatHitListSchema = z.object({ data: z.array(chatHitSchema) });

/** The answer of `POST /api/v1/chat`. */
export const chatAnswerSchema = z.object({
  session_id: z.string(),
  message: z.object({
    id: z.string(),
    role: z.literal('assistant'),
    content: z.string(),
    images: z.array(chatImageSchema),
  }),
  usage: tokensSchema,
  cost_usd: z.string(),
  balance_usd: z.string(),
  finish_reason: z.string(),
});
