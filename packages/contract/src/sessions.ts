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

const tokensSchema = z.object({ input_tokens: z.int(), output_tokens: z.int() });

/** One message of a saved conversation. */
export const chatMessageSchema = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  model_id: z.string().nullable(),
  usage: tokensSchema.nullable(),
  cost_usd: z.string().nullable(),
  finish_reason: z.string().nullable(),
  receipt: messageReceiptSchema.nullable(),
  created_at: z.string(),
});

export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** A saved conversation. */
export const chatSessionSchema = z.object({
  id: z.string(),
  title: z.string(),
  model_id: z.string().nullable(),
  parameters: chatParametersSchema,
  message_count: z.int(),
  cost_usd: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

export type ChatSession = z.infer<typeof chatSessionSchema>;

/** What can be set of a conversation. */
export const chatSessionWriteSchema = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  model_id: z.string().min(1).max(200).optional(),
  parameters: chatParametersSchema.optional(),
});

export type ChatSessionWrite = z.infer<typeof chatSessionWriteSchema>;

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

/** The answer of `POST /api/v1/chat`. */
export const chatAnswerSchema = z.object({
  session_id: z.string(),
  message: z.object({ id: z.string(), role: z.literal('assistant'), content: z.string() }),
  usage: tokensSchema,
  cost_usd: z.string(),
  balance_usd: z.string(),
  finish_reason: z.string(),
});
