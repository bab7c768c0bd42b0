import { readImageUrl } from '../convert/image-url.ts';
import { refuse } from '../convert/refuse.ts';
import { toolArguments } from '../convert/tool-arguments.ts';
import type { ChatMessage, ContentPart, ToolCall } from '../spec/chat-model.ts';

/** A message as Cohere takes it; `undefined` members vanish when it is written as JSON. */
export type CohereMessage = { role: 'system' | 'user' | 'assistant' | 'tool' } & Record<string, unknown>;

/**
 * The conversation in Cohere's format. Empty texts, which it refuses, are left out; what an assistant said while it called tools is its `tool_plan`.
 * Participants' names have no place in it. Throws ProviderError `invalid_request` for what it cannot express.
 */
export function toMessages(messages: readonly ChatMessage[]): CohereMessage[] {
  return messages.map(toMessage);
}

function toMessage(message: ChatMessage): CohereMessage {
  const role = message.role === 'developer' ? 'system' : message.role;
  if (role === 'user') return { role, content: contentOf(message) };
  if (role === 'tool') return resultOf(message);
  refuseImages(message);
  const calls = message.tool_calls ?? [];
  if (role !== 'assistant' || calls.length === 0) return { role, content: contentOf(message) };
  const plan = textOf(message);
  return { role, tool_plan: plan === '' ? undefined : plan, tool_calls: calls.map(toCall) };
}

function resultOf(message: ChatMessage): CohereMessage {
  if (message.tool_call_id === undefined) refuse('messages', 'A message of the role tool needs a tool_call_id.');
  refuseImages(message);
  return { role: 'tool', tool_call_id: message.tool_call_id, content: contentOf(message) };
}

function toCall(call: ToolCall): Record<string, unknown> {
  // Text that is no object would be refused with words about another format.
  const read = toolArguments(call.function.arguments);
  const written = call.function.arguments.trim() === '' ? JSON.stringify(read) : call.function.arguments;
  return { id: call.id, type: 'function', function: { name: call.function.name, arguments: written } };
}

function contentOf({ content }: ChatMessage): string | Record<string, unknown>[] {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  const parts = content.filter((part) => part.type !== 'text' || part.text !== '');
  return parts.length === 0 ? '' : parts.map(toPart);
}

function toPart(part: ContentPart): Record<string, unknown> {
  if (part.type === 'text') return { type: 'text', text: part.text };
  // Checks the address; Cohere takes it as it is.
  readImageUrl(part.image_url.url);
  return { type: 'image_url', image_url: { url: part.image_url.url, detail: part.image_url.detail } };
}

function textOf({ content }: ChatMessage): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function refuseImages({ content }: ChatMessage): void {
  if (Array.isArray(content) && content.some((part) => part.type !== 'text'))
    refuse('messages', 'Cohere’s models take images in the user’s messages only.');
}
