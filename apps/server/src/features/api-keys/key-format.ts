import { createHmac, hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { base62 } from '../../lib/id.ts';

const PREFIX = 'qm_live_';
const SECRET_BYTES = 32;
const CHECKSUM_LENGTH = 6;
/** 43 digits of secret and 6 of checksum, all base62. */
const FORMAT = /^qm_live_[0-9A-Za-z]{49}$/;
/** What of a key is stored and shown in clear: enough to tell one's keys apart. */
const SHOWN_PREFIX_LENGTH = PREFIX.length + 4;

/** The CRC32 of the secret, so that a mistyped or made-up key is refused without a look-up and scanners find few false ones. */
function checksum(secret: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(secret));
  return base62(bytes);
}

/** A new key: `qm_live_`, 32 random bytes in base62, and the checksum of those digits. */
export function newKey(): string {
  const secret = base62(randomBytes(SECRET_BYTES));
  return `${PREFIX}${secret}${checksum(secret)}`;
}

/** True for what `newKey` can have made. */
export function isWellFormed(key: string): boolean {
  if (!FORMAT.test(key)) return false;
  const secret = key.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return key.endsWith(checksum(secret));
}

/** The parts of a key that may be shown. */
export function shownParts(key: string): { prefix: string; last4: string } {
  return { prefix: key.slice(0, SHOWN_PREFIX_LENGTH), last4: key.slice(-4) };
}

/** The hash a key is stored and found under: HMAC-SHA256 with a secret of the installation, so that a stolen table cannot be matched to keys. */
export function hashKey(key: string, pepper: Uint8Array): Buffer {
  return createHmac('sha256', pepper).update(key).digest();
}

/**
 * What a key is remembered under in memory: its whole SHA-256, so that no key passes for another and none is kept. Each request asks, and the
 * hash that keys are stored under takes five times as long.
 */
export function nameOfKey(key: string): string {
  return hash('sha256', key, 'base64');
}
