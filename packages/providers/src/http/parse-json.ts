/** Also matches names that spell their underscores as escapes. */
const DANGEROUS_NAME = /__proto__|\\u005[fF]/;

/** Parses JSON; undefined when it is none. A `__proto__` member is dropped, so that no later copy of the object can change prototypes. */
export function parseJson(text: string): unknown {
  try {
    if (!DANGEROUS_NAME.test(text)) return JSON.parse(text);
    return JSON.parse(text, (name, value) => (name === '__proto__' ? undefined : value));
  } catch {
    return undefined;
  }
}

/** A JSON object of which only the named members are looked at, each of unknown type. */
export type Loose<Names extends string> = { readonly [Name in Names]?: unknown };

/** The value as an object to read members from; null for anything else, arrays included. */
export function asObject<Names extends string>(value: unknown): Loose<Names> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose<Names>) : null;
}

/** The value if it is a string that is not empty, else null. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
