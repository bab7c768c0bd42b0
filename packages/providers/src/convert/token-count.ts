/** No call has this many tokens: a larger figure is a fault of the provider. */
const TOKENS_MAX = 1_000_000_000;

/** A count of tokens, a fraction rounded up; null when it is missing or cannot be true. */
export function tokenCount(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= TOKENS_MAX ? Math.ceil(value) : null;
}
