import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashKey, isWellFormed, newKey, shownParts } from './key-format.ts';

test('R9 a key is qm_live_, 43 digits of 256 random bits and 6 of checksum', () => {
  const keys = new Set(Array.from({ length: 500 }, newKey));
  expect(keys.size).toBe(500);
  for (const key of keys) {
    expect(key).toMatch(/^qm_live_[0-9A-Za-z]{49}$/);
    expect(isWellFormed(key)).toBe(true);
  }
});

test('R9 a key with any one character changed is known to be wrong without a look-up', () => {
  const key = newKey();
  const digits = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
  fc.assert(
    fc.property(fc.integer({ min: 8, max: key.length - 1 }), fc.constantFrom(...digits), (index, digit) => {
      fc.pre(key[index] !== digit);
      expect(isWellFormed(key.slice(0, index) + digit + key.slice(index + 1))).toBe(false);
    }),
    { seed: 9 },
  );
  for (const broken of ['', 'qm_live_', key.slice(0, -1), `${key}0`, ` ${key}`, `${key}\n`, key.toUpperCase()]) {
    expect(isWellFormed(broken)).toBe(false);
  }
});

test('R9 the hash depends on the whole key and on the secret of the installation', () => {
  const [pepper, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const key = newKey();
  expect(hashKey(key, pepper)).toEqual(hashKey(key, pepper));
  expect(hashKey(key, pepper)).not.toEqual(hashKey(key, other));
  expect(hashKey(`${key.slice(0, -1)}0`, pepper)).not.toEqual(hashKey(`${key.slice(0, -1)}1`, pepper));
  expect(shownParts(key)).toEqual({ prefix: key.slice(0, 12), last4: key.slice(-4) });
});
