import { asObject, asText } from '../http/parse-json.ts';

/** What a message or a delta says. */
export interface Content {
  text: string;
  reasoning: string;
}

/**
 * Reads `content` and the fields that reasoning comes in: `reasoning_content` (DeepSeek, xAI, Z.ai), `reasoning` (Groq, OpenRouter, Ollama, Cerebras),
 * or parts of type `thinking` in an array (Mistral). A provider that sends both fields repeats itself, so one is read.
 */
export function readContent(message: { content?: unknown; reasoning_content?: unknown; reasoning?: unknown }): Content {
  const { content } = message;
  const reasoning = asText(message.reasoning_content) ?? asText(message.reasoning) ?? '';
  if (typeof content === 'string') return { text: content, reasoning };
  return Array.isArray(content) ? readParts(content, reasoning) : { text: '', reasoning };
}

function readParts(parts: unknown[], before: string): Content {
  let text = '';
  let reasoning = before;
  for (const value of parts) {
    const part = asObject<'type' | 'text' | 'thinking'>(value);
    if (typeof value === 'string') text += value;
    else if (part?.type === 'thinking') reasoning += thinkingOf(part.thinking);
    else if (typeof part?.text === 'string') text += part.text;
  }
  return { text, reasoning };
}

function thinkingOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? readParts(value, '').text : '';
}

/** Arguments of a tool call as JSON text: some servers send an object where OpenAI sends text. */
export function readArguments(value: unknown): string {
  if (typeof value === 'string') return value;
  if (asObject(value) === null) return '';
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack reaches.
    return '';
  }
}
