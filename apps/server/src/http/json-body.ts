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

/** Half of a character comes from an escape only: what is sent as bytes has been read as UTF-8. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const HALF = /\p{Cs}/u;

/** Where a value holds half of a character, as the parts of a path; null where it holds none. */
function pathOfHalf(value: unknown): string[] | null {
  if (typeof value === 'string') return HALF.test(value) ? [] : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, each] of Object.entries(value)) {
    if (HALF.test(key)) return [];
    const path = pathOfHalf(each);
    if (path !== null) return [key, ...path];
  }
  return null;
}

/** Refuses text that no database can keep and no provider reads: everybody would put something else in its place. */
function refuseHalves(text: string, value: unknown): void {
  const path = SURROGATE_ESCAPE.test(text) ? pathOfHalf(value) : null;
  if (path === null) return;
  const param = path.join('.');
  throw new AppError('invalid_request', {
    message: `${param || 'body'}: holds half of a character (a surrogate without its other half, such as \\ud800)`,
    ...(param ? { param } : {}),
  });
}

/**
 * Parses the JSON of a request, or of what errors name by `what`: at most 64 levels deep, never touching a prototype, of whole characters.
 * Throws AppError `invalid_request` with a sentence for anything else.
 */
export function parseJsonBody(text: string, what = 'request body'): unknown {
  if (text.trim() === '')
    throw new AppError('invalid_request', { message: `The ${what} is empty; a JSON object is expected.` });
  if (exceedsDepth(text)) {
    throw new AppError('invalid_request', { message: `The ${what} is nested deeper than ${JSON_DEPTH_MAX} levels.` });
  }
  let value: unknown;
  try {
    value = text.includes('__proto__') ? JSON.parse(text, withoutPrototypeKeys) : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new AppError('invalid_request', {
      message: `The ${what} is not valid JSON: ${reason.slice(0, 120)}`,
      cause: error,
    });
  }
  refuseHalves(text, value);
  return value;
}
