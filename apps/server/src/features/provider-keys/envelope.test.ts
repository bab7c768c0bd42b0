import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEnvelopes, type Envelope, EnvelopeError, type SealedFor } from './envelope.ts';

const envelopes = createEnvelopes(randomBytes(32));
const SECRET = 'sk-proj-canary-0123456789';
const OWN: SealedFor = { userId: 'usr_1', provider: 'openai', baseUrl: null };

/** Why an envelope does not open; null when it does. */
function fault(envelope: Envelope, purpose: SealedFor, by = envelopes): string | null {
  try {
    by.open(envelope, purpose);
    return null;
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    expect(String(error.stack)).not.toContain('canary');
    return error.reason;
  }
}

describe('R11 sealed provider keys', () => {
  test('any secret comes back, and never stands in its envelope', () => {
    const purpose = fc.record({
      userId: fc.string(),
      provider: fc.string(),
      baseUrl: fc.option(fc.string()),
    });
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 512 }), purpose, (secret, sealedFor) => {
        const envelope = envelopes.seal(secret, sealedFor);
        expect(envelopes.open(envelope, sealedFor)).toBe(secret);
        expect(envelope.sealedKey.includes(secret)).toBe(false);
      }),
    );
  });

  test('it opens for nobody else, for no other provider and for no other address', () => {
    const own = { ...OWN, baseUrl: 'https://a.example.com' };
    const envelope = envelopes.seal(SECRET, own);
    for (const change of [
      { userId: 'usr_2' },
      { provider: 'mistral' },
      { baseUrl: 'https://b.example.com' },
      { baseUrl: null },
      { userId: '', provider: 'usr_1openai' },
      { userId: 'usr_1","openai', provider: '' },
    ]) {
      expect(fault(envelope, { ...own, ...change }), JSON.stringify(change)).toBe('altered');
    }
    expect(fault(envelope, own)).toBeNull();
  });

  test('not one bit of it can be changed', () => {
    const envelope = envelopes.seal(SECRET, OWN);
    for (const part of ['wrappedDataKey', 'sealedKey'] as const) {
      for (let bit = 0; bit < envelope[part].length * 8; bit += 1) {
        const altered = Buffer.from(envelope[part]);
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(fault({ ...envelope, [part]: altered }, OWN), `${part}, bit ${bit}`).toBe('altered');
      }
    }
  });

  test('nor can it be shortened, lengthened, or put together from two', () => {
    const envelope = envelopes.seal(SECRET, OWN);
    const other = envelopes.seal(SECRET, OWN);
    for (const part of ['wrappedDataKey', 'sealedKey'] as const) {
      for (let length = 0; length < envelope[part].length; length += 1) {
        expect(fault({ ...envelope, [part]: envelope[part].subarray(0, length) }, OWN)).toBe('altered');
      }
      expect(fault({ ...envelope, [part]: Buffer.concat([envelope[part], Buffer.alloc(1)]) }, OWN)).toBe('altered');
      expect(fault({ ...envelope, [part]: other[part] }, OWN)).toBe('altered');
    }
    expect(fault({ ...envelope, wrappedDataKey: envelope.sealedKey, sealedKey: envelope.wrappedDataKey }, OWN)).toBe(
      'altered',
    );
  });

  test('the same secret twice has nothing in common: every data key and nonce is new', () => {
    const parts = Array.from({ length: 50 }, () => envelopes.seal(SECRET, OWN)).flatMap((envelope) => [
      envelope.wrappedDataKey.subarray(0, 12).toString('hex'),
      envelope.sealedKey.subarray(0, 12).toString('hex'),
      envelope.wrappedDataKey.subarray(12, 44).toString('hex'),
      envelope.sealedKey.subarray(12).toString('hex'),
    ]);
    expect(new Set(parts).size).toBe(parts.length);
  });

  test('under another master key it says so, and a forged name of the key helps nothing', () => {
    const envelope = envelopes.seal(SECRET, OWN);
    const others = createEnvelopes(randomBytes(32));
    expect(others.kekId).not.toBe(envelopes.kekId);
    expect(fault(envelope, OWN, others)).toBe('other_kek');
    expect(fault({ ...envelope, kekId: others.kekId }, OWN, others)).toBe('altered');
  });
});
