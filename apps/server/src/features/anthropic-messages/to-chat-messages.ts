import type { AnthropicCountRequest } from '@q/contract/anthropic-messages';
import type { ChatCompletionRequest } from '@q/contract/chat';
import { AppError } from '../../lib/app-error.ts';

type Message = AnthropicCountRequest['messages'][number];
type Block = Exclude<Message['content'], string>[number];
type ToolResult = Extract<Block, { type: 'tool_result' }>;
type ChatMessage = ChatCompletionRequest['messages'][number];
type ChatPart = Exclude<NonNullable<ChatMessage['content']>, string>[number];

const PARAGRAPH = '\n\n';

/**
 * The conversation in the shape of the chat format: the system prompt first, the results of tools as messages of their own, directly after the
 * calls they belong to. Texts beside one another become one, since many servers take text only as text.
 * Throws AppError `invalid_request` for a block that has no place in a message of its role, and where nothing is left.
 */
export function toChatMessages({
  system,
  messages,
}: Pick<AnthropicCountRequest, 'system' | 'messages'>): ChatMessage[] {
  const first = typeof system === 'string' ? system : (system ?? []).map(({ text }) => text).join(PARAGRAPH);
  const rest = messages.flatMap((message, at) => {
    const blocks = blocksOf(message.content);
    if (message.role === 'user') return fromUser(blocks, at);
    return message.role === 'assistant' ? fromAssistant(blocks, at) : fromSystem(blocks, at);
  });
  if (rest.length === 0) {
    throw new AppError('invalid_request', {
      message: 'messages: there is nothing in them for the model to answer',
      param: 'messages',
    });
  }
  return first === '' ? rest : [{ role: 'system', content: first }, ...rest];
}

function blocksOf(content: Message['content']): Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function refuseBlock(message: number, block: Block, role: string): never {
  const param = `messages.${message}.content`;
  throw new AppError('invalid_request', {
    message: `${param}: a block of the type ${block.type} has no place in a message of the role ${role}`,
    param,
  });
}

function fromSystem(blocks: Block[], at: number): ChatMessage[] {
  const texts = blocks.map((block) => (block.type === 'text' ? block.text : refuseBlock(at, block, 'system')));
  return [{ role: 'system', content: texts.join(PARAGRAPH) }];
}

/** Results of tools come first, whatever the order of the blocks: the chat format wants them directly after their calls. */
function fromUser(blocks: Block[], at: number): ChatMessage[] {
  const results: ChatMessage[] = [];
  const parts: ChatPart[] = [];
  for (const block of blocks) {
    if (block.type === 'tool_result') {
      const { text, images } = readResult(block);
      results.push({ role: 'tool', tool_call_id: block.tool_use_id, content: text });
      parts.push(...images);
    }
  }
  for (const block of blocks) {
    if (block.type === 'tool_result') continue;
    parts.push(toPart(block) ?? refuseBlock(at, block, 'user'));
  }
  return parts.length === 0 ? results : [...results, { role: 'user', content: joined(parts) }];
}

function toPart(block: Block): ChatPart | null {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'document': {
      const head = [block.title, block.context].filter((line) => line != null);
      return { type: 'text', text: [...head, block.source.data].join(PARAGRAPH) };
    }
    case 'image': {
      const { source } = block;
      const url = source.type === 'url' ? source.url : `data:${source.media_type};base64,${source.data}`;
      return { type: 'image_url', image_url: { url } };
    }
    default:
      return null;
  }
}

/** A result as text. Its images follow in the user's message: the chat format has no place for them in a result. */
function readResult({ content, is_error: isError, tool_use_id: id }: ToolResult): { text: string; images: ChatPart[] } {
  const parts = (typeof content === 'string' ? blocksOf(content) : (content ?? [])).flatMap(
    (block) => toPart(block) ?? [],
  );
  const texts = parts.flatMap((part) => (part.type === 'text' ? part.text : []));
  const images = parts.filter((part) => part.type === 'image_url');
  if (images.length > 0)
    texts.push(`[${images.length === 1 ? 'An image follows' : `${images.length} images follow`}.]`);
  const text = texts.join(PARAGRAPH);
  const label: ChatPart[] = images.length === 0 ? [] : [{ type: 'text', text: `From the result of ${id}:` }];
  return { text: isError === true ? `Error: ${text}` : text, images: [...label, ...images] };
}

function joined(parts: ChatPart[]): string | ChatPart[] {
  const texts = parts.flatMap((part) => (part.type === 'text' ? part.text : []));
  return texts.length === parts.length ? texts.join(PARAGRAPH) : parts;
}

function fromAssistant(blocks: Block[], at: number): ChatMessage[] {
  const texts: string[] = [];
  const calls: NonNullable<ChatMessage['tool_calls']> = [];
  for (const block of blocks) {
    if (block.type === 'text') texts.push(block.text);
    else if (block.type === 'tool_use') {
      const { id, name, input } = block;
      calls.push({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } });
    } else if (block.type !== 'thinking' && block.type !== 'redacted_thinking') refuseBlock(at, block, 'assistant');
  }
  const content = texts.filter((text) => text !== '').join(PARAGRAPH);
  if (calls.length > 0) return [{ role: 'assistant', content: content === '' ? null : content, tool_calls: calls }];
  return content === '' ? [] : [{ role: 'assistant', content }];
}
