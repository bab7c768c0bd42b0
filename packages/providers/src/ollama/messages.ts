import { readImageUrl } from '../convert/image-url.ts';
import { refuse } from '../convert/refuse.ts';
import { toolArguments } from '../convert/tool-arguments.ts';
import type { ChatMessage, ToolCall } from '../spec/chat-model.ts';

/** A message as Ollama takes it; `undefined` members vanish when it is written as JSON. */
export type OllamaMessage = { role: 'system' | 'user' | 'assistant' | 'tool'; content: string } & Record<
  string,
  unknown
>;

/**
 * The conversation in Ollama's format. A message has one text and its images beside it, in base64: Ollama fetches none.
 * The result of a tool also bears the tool's name, by which older servers know it. Participants' names have no place in it.
 * Throws ProviderError `invalid_request` for what it cannot express.
 */
export function toMessages(messages: readonly ChatMessage[]): OllamaMessage[] {
  const toolNames = new Map<string, string>();
  return messages.map((message) => {
    for (const call of message.tool_calls ?? []) toolNames.set(call.id, call.function.name);
    return toMessage(message, toolNames);
  });
}

function toMessage(message: ChatMessage, toolNames: ReadonlyMap<string, string>): OllamaMessage {
  const role = message.role === 'developer' ? 'system' : message.role;
  const content = textOf(message);
  if (role === 'user') return { role, content, images: imagesOf(message) };
  if (imagesOf(message) !== undefined) refuse('messages', 'Ollama takes images in the user’s messages only.');
  if (role === 'tool') {
    const id = message.tool_call_id;
    if (id === undefined) refuse('messages', 'A message of the role tool needs a tool_call_id.');
    return { role, content, tool_call_id: id, tool_name: toolNames.get(id) };
  }
  const calls = role === 'assistant' ? (message.tool_calls ?? []) : [];
  return { role, content, tool_calls: calls.length === 0 ? undefined : calls.map(toCall) };
}

function toCall({ id, function: called }: ToolCall): Record<string, unknown> {
  return { id, function: { name: called.name, arguments: toolArguments(called.arguments) } };
}

function textOf({ content }: ChatMessage): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
}

function imagesOf({ content }: ChatMessage): string[] | undefined {
  if (!Array.isArray(content)) return undefined;
  const images = content.flatMap((part) => (part.type === 'text' ? [] : toImage(part.image_url.url)));
  return images.length === 0 ? undefined : images;
}

function toImage(url: string): string {
  const source = readImageUrl(url);
  if ('url' in source) refuse('messages', 'Ollama fetches no images: send them as data URLs.');
  return source.base64;
}
