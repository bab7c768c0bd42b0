import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = 62;
const ID_BYTES = 16;
const TIME_BYTES = 6;
/** Random bytes are drawn for many ids at once: the system call costs more than the bytes. */
const POOL_BYTES = ID_BYTES * 256;

/** How many digits `bytes` bytes take in base62. */
function digitsFor(bytes: number): number {
  return Math.ceil((bytes * 8) / Math.log2(BASE));
}

/** Writes bytes as base62 digits, most significant first. */
export function base62(bytes: Uint8Array): string {
  // Long division in 16-bit limbs: plain numbers, where big integers would be made for each digit.
  const limbs: number[] = [];
  if (bytes.length % 2 === 1) limbs.push(bytes[0] ?? 0);
  for (let index = bytes.length % 2; index < bytes.length; index += 2)
    limbs.push(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  const digits: string[] = new Array(digitsFor(bytes.length));
  let first = 0;
  for (let digit = digits.length - 1; digit >= 0; digit -= 1) {
    let remainder = 0;
    for (let index = first; index < limbs.length; index += 1) {
      const value = (remainder << 16) | (limbs[index] ?? 0);
      // Whole: both are below 2^22.
      const quotient = (value / BASE) | 0;
      limbs[index] = quotient;
      remainder = value - quotient * BASE;
    }
    if (limbs[first] === 0) first += 1;
    digits[digit] = ALPHABET.charAt(remainder);
  }
  return digits.join('');
}

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** The prefixes of public ids: what kind of thing an id names can be read from the id. */
export type IdPrefix =
  | 'usr'
  | 'key'
  | 'ses'
  | 'msg'
  | 'txn'
  | 'req'
  | 'top'
  | 'hld'
  | 'jrn'
  | 'sid'
  | 'gnt'
  | 'adj'
  | 'img'
  | 'rec'
  | 'rev';

/** Writes the milliseconds since 1970 over the first six bytes. */
function writeTime(bytes: Uint8Array): void {
  let ms = Date.now();
  for (let index = TIME_BYTES - 1; index >= 0; index -= 1) {
    bytes[index] = ms % 256;
    ms = Math.floor(ms / 256);
  }
}

/**
 * A new id with its type prefix, such as `usr_0h3…`: 128 bits of chance. Ids of calls (`req`) begin with the time instead and have 80 bits
 * of chance: they sort by their age, so that the books' indexes grow at one end, where random ids would touch a page each.
 */
export function newId(prefix: IdPrefix): string {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used + ID_BYTES);
  used += ID_BYTES;
  if (prefix === 'req') writeTime(bytes);
  const id = `${prefix}_${base62(bytes)}`;
  // Nobody learns an id that is given out from memory.
  bytes.fill(0);
  return id;
}
