import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { receiptHash } from './receipt-chain.ts';

/** DER heads of an Ed25519 private key (PKCS #8) and public key (SPKI); the 32 bytes of the key follow (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const KEY_ID_LENGTH = 16;

/** The public half of the signing key: what somebody needs to check a receipt without this server. */
export interface PublicSigningKey {
  /** The first 16 hexadecimal digits of the SHA-256 of the public key. */
  id: string;
  algorithm: 'Ed25519';
  /** 32 bytes in base64. */
  public_key: string;
}

/** A receipt as it is handed out. `prev_hash` and `hash` are hexadecimal, `signature` is base64. */
export interface SignedReceipt {
  receipt: Record<string, unknown>;
  prev_hash: string;
  hash: string;
  signature: string;
  key: PublicSigningKey;
}

function signedBytes(purpose: string, hash: string): Buffer {
  return Buffer.from(`q-marketplace ${purpose}\n${hash}`);
}

function keyIdOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, KEY_ID_LENGTH);
}

/** The key of 32 bytes in base64, with its id; null when it is no such key. */
export function publicSigningKey(publicKey: string): PublicSigningKey | null {
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== KEY_BYTES || raw.toString('base64') !== publicKey) return null;
  return { id: keyIdOf(raw), algorithm: 'Ed25519', public_key: publicKey };
}

/** Makes the signer of this installation from its 32-byte seed. */
export function createSigner(seed: Uint8Array) {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  const key: PublicSigningKey = { id: keyIdOf(raw), algorithm: 'Ed25519', public_key: raw.toString('base64') };
  return {
    key,
    /** Signs a SHA-256 in hexadecimal for one purpose, such as `receipt`; base64. A signature for one purpose is none for another. */
    sign: (purpose: string, hash: string): string =>
      sign(null, signedBytes(purpose, hash), privateKey).toString('base64'),
  };
}

export type Signer = ReturnType<typeof createSigner>;

function toKeyObject(publicKey: string): KeyObject | null {
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== KEY_BYTES) return null;
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
}

/** True when `signature` (base64) is that of the key (32 bytes in base64) for this purpose and hash. */
export function isSignedBy(publicKey: string, signed: { purpose: string; hash: string; signature: string }): boolean {
  const key = toKeyObject(publicKey);
  const signature = Buffer.from(signed.signature, 'base64');
  // Reading base64 passes over what is none: words put there would look signed.
  if (key === null || signature.toString('base64') !== signed.signature) return false;
  return verify(null, signedBytes(signed.purpose, signed.hash), key, signature);
}

/**
 * What is wrong with a receipt, or null when every figure in it is what was signed. Needs no server and no database.
 * `publicKey` (base64) is the marketplace's key as it was learned from elsewhere; without it the receipt's own is used, which only
 * shows that the receipt is whole, not who made it.
 */
export function receiptFault(signed: SignedReceipt, publicKey: string | null): string | null {
  let body: string;
  try {
    body = canonicalJson(signed.receipt);
  } catch {
    return 'the receipt holds a value that no receipt holds';
  }
  if (!/^[0-9a-f]{64}$/.test(signed.prev_hash)) return 'prev_hash is not a SHA-256';
  if (receiptHash(signed.prev_hash, body) !== signed.hash) return 'the receipt was changed: its hash is another one';
  if (publicKey !== null && publicKey !== signed.key.public_key) return 'the receipt was signed with another key';
  // The id is what people compare: a forger's key must not go by the name of ours.
  if (publicSigningKey(signed.key.public_key)?.id !== signed.key.id) return 'the id of the key is not that of the key';
  const { hash, signature } = signed;
  if (!isSignedBy(signed.key.public_key, { purpose: 'receipt', hash, signature })) return 'the signature is not valid';
  return null;
}
