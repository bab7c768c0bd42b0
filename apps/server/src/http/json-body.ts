import { AppError } from '../lib/app-error.ts';

/** Deeper nesting than this serves no request and costs a recursive reader its stack. */
const JSON_DEPTH_MAX = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CURLY_OPEN = 0x7b;
const CURLY_CLOSE = 0x7d;
const SQUARE_OPEN = 0x5b;
const SQUARE_CLOSE = 0x5d;

/** The index of the quote that ends the string opened at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== QUOTE) index += text.charCodeAt(index) === BACKSLASH ? 2 : 1;
  return index;
}

/** Counts brackets outside strings by a plain loop: a regular expression overflows its stack on a string of 15 MB. */
function exceedsDepth(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === CURLY_OPEN || code === SQUARE_OPEN) depth += 1;
    else if (code === CURLY_CLOSE || code === SQUARE_CLOSE) depth -= 1;
    if (depth > JSON_DEPTH_MAX) return true;
  }
  return false;
}

/** Drops the keys that could reach an object's prototype; a plain JSON value has no use for them. */
function withoutPrototypeKeys(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/**
 * Parses a JSON request body: at most 64 levels deep, never touching a prototype.
 * Throws AppError `invalid_request` with a sentence for anything else.
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '')
    throw new AppError('invalid_request', { message: 'The request body is empty; a JSON object is expected.' });
  if (exceedsDepth(text)) {
    throw new AppError('invalid_request', { message: `The JSON body is nested deeper than ${JSON_DEPTH_MAX} levels.` });
  }
  try {
    return text.includes('__proto__') ? JSON.parse(text, withoutPrototypeKeys) : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new AppError('invalid_request', {
      message: `The request body is not valid JSON: ${reason.slice(0, 120)}`,
      cause: error,
    });
  }
}
