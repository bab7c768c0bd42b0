import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A secret to be handed out once, and the hash under which it is stored. */
export interface OpaqueToken {
  token: string;
  hash: Buffer;
}

/** SHA-256 of a token. The tokens have 256 bits of chance, so no slower hash is needed. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A new token of 256 bits. `prefix` says what it is for, so that scanners and people recognize a leaked one. */
export function newOpaqueToken(prefix: string): OpaqueToken {
  const token = `${prefix}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { token, hash: hashToken(token) };
}
