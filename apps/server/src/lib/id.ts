import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Writes bytes as base62 digits, most significant first. */
export function base62(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
  let text = '';
  while (value > 0n) {
    text = (ALPHABET[Number(value % 62n)] ?? '') + text;
    value /= 62n;
  }
  return text.padStart(Math.ceil((bytes.length * 8) / Math.log2(62)), '0');
}

/** The prefixes of public ids: what kind of thing an id names can be read from the id. */
export type IdPrefix = 'usr' | 'key' | 'ses' | 'msg' | 'txn' | 'req' | 'top' | 'hld' | 'jrn' | 'sid' | 'gnt' | 'adj';

/** A new random id with 128 bits of chance and its type prefix, such as `usr_0h3…`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${base62(randomBytes(16))}`;
}
