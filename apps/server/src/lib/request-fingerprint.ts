import { createHash } from 'node:crypto';

/** Objects with their keys in order, so that two writings of the same value have the same bytes. */
function inOrder(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/**
 * SHA-256 over method, path (without its query) and body: equal for requests that ask for the same, whatever the order of their fields.
 * The hash is stored and fast to compute, so a body with a password has to be given without it.
 */
export function requestFingerprint(method: string, path: string, body: unknown): Buffer {
  return createHash('sha256')
    .update(`${method} ${path}\n${JSON.stringify(body ?? null, inOrder)}`)
    .digest();
}
