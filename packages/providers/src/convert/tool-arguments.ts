import { asObject, parseJson } from '../http/parse-json.ts';
import { refuse } from './refuse.ts';

/**
 * The arguments of an earlier tool call as an object, as formats other than OpenAI's want them; empty text means no arguments.
 * Throws ProviderError `invalid_request` for anything else.
 */
export function toolArguments(text: string): object {
  if (text.trim() === '') return {};
  const value = asObject<string>(parseJson(text));
  if (value === null) refuse('messages', 'The arguments of a tool call in the messages are not a JSON object.');
  return value;
}

/** Arguments that a provider gave as an object, as JSON text. */
export function argumentsText(value: unknown): string {
  if (asObject(value) === null) return '{}';
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack reaches.
    return '{}';
  }
}
