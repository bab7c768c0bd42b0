import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
}));

describe('canonical JSON', () => {
  test('says the same value, and says equal values with equal bytes', () => {
    fc.assert(
      fc.property(value, (any) => {
        const text = canonicalJson(any);
        // Negative zero is the one number that JSON does not keep.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(any)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('sorts keys, at every depth, and has no white space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: '2' }], a: null })).toBe('{"a":null,"b":[{"c":"2","d":1}]}');
  });

  test.each([0.5, Number.NaN, 2 ** 60, 1n, undefined])('refuses %s, which it could not say exactly', (any) => {
    expect(() => canonicalJson({ any })).toThrow(TypeError);
  });
});
