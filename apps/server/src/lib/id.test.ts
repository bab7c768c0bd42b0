import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base62, newId } from './id.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The number that base62 digits write, by big integers. */
function numberOf(text: string): bigint {
  return [...text].reduce((value, digit) => value * 62n + BigInt(DIGITS.indexOf(digit)), 0n);
}

test('base62 writes the number that the bytes are, with as many digits as their length needs', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      const text = base62(bytes);
      expect(numberOf(text)).toBe(BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
      expect(text).toHaveLength(Math.ceil((bytes.length * 8) / Math.log2(62)));
    }),
    { seed: 62 },
  );
});

test('ids are all different, also beyond the bytes drawn at once, and as long as ever', () => {
  const ids = Array.from({ length: 5_000 }, () => newId('req'));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^req_[0-9A-Za-z]{22}$/);
});

test('ids of calls sort by their age', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    ids.push(newId('req'));
    await new Promise((resume) => setTimeout(resume, 3));
  }
  expect(ids.toSorted()).toEqual(ids);
});
