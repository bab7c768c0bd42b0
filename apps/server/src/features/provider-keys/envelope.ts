import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const DATA_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEK_ID_BYTES = 8;
/** Part of what is authenticated, so that a later layout cannot be mistaken for this one. */
const VERSION = 'provider-key/1';

/** Whose key a sealed one is and where it may be sent; none of it can be changed without breaking the seal. */
export interface SealedFor {
  userId: string;
  provider: string;
  baseUrl: string | null;
}

/** A secret as stored. Both parts are nonce, ciphertext and tag of AES-256-GCM. */
export interface Envelope {
  /** Which key-encrypting key it was sealed under. */
  kekId: string;
  /** The data key, used for this secret only, encrypted under the key-encrypting key. */
  wrappedDataKey: Buffer;
  /** The secret, encrypted under the data key. */
  sealedKey: Buffer;
}

/** Why an envelope does not open: it was sealed under another key-encrypting key, or it is not what was sealed for this purpose. */
export class EnvelopeError extends Error {
  readonly reason: 'other_kek' | 'altered';

  constructor(reason: EnvelopeError['reason']) {
    super(reason === 'other_kek' ? 'sealed under another master key' : 'altered, or sealed for something else');
    this.name = 'EnvelopeError';
    this.reason = reason;
  }
}

function encrypt(key: Uint8Array, plain: Uint8Array, bound: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Uint8Array, bound: Buffer): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(bound);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
}

/** What is authenticated along with a ciphertext, as JSON so that no two different purposes read the same. */
function bind(part: 'data-key' | 'key', { userId, provider, baseUrl }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify([VERSION, part, userId, provider, baseUrl]));
}

/** Seals secrets in envelopes under one key-encrypting key (32 bytes): each secret under a random data key, and that under the `kek`. */
export function createEnvelopes(kek: Uint8Array) {
  const kekId = createHmac('sha256', kek).update('kek-id').digest().subarray(0, KEK_ID_BYTES).toString('hex');
  return {
    /** Names the key-encrypting key without telling anything of it. */
    kekId,
    seal(secret: string, purpose: SealedFor): Envelope {
      const dataKey = randomBytes(DATA_KEY_BYTES);
      const envelope = {
        kekId,
        wrappedDataKey: encrypt(kek, dataKey, bind('data-key', purpose)),
        sealedKey: encrypt(dataKey, Buffer.from(secret), bind('key', purpose)),
      };
      dataKey.fill(0);
      return envelope;
    },
    /** The secret. Throws EnvelopeError when it was sealed under another master key or for anything but `purpose`. */
    open(envelope: Envelope, purpose: SealedFor): string {
      if (envelope.kekId !== kekId) throw new EnvelopeError('other_kek');
      try {
        const dataKey = decrypt(kek, envelope.wrappedDataKey, bind('data-key', purpose));
        const secret = decrypt(dataKey, envelope.sealedKey, bind('key', purpose)).toString();
        dataKey.fill(0);
        return secret;
      } catch {
        // Whatever the cipher says, it is no more than this.
        throw new EnvelopeError('altered');
      }
    },
  };
}
