import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('parsing what a provider sends', () => {
  it.each([
    '{"__proto__":{"x":1},"a":{"__proto__":2,"b":3}}',
    '{"\\u005f_proto__":{"x":1},"a":{"b":3}}',
    '{"_\\u005Fproto__":1,"a":{"b":3}}',
  ])('drops members that change prototypes: %s', (text) => {
    const value = parseJson(text) as Record<string, object>;
    expect(Object.keys(value)).toEqual(['a']);
    expect(Object.keys(value['a'] ?? {})).toEqual(['b']);
  });

  it.each(['', 'no', '{"a":', '[1', `${'['.repeat(100_000)}"__proto__"`])(
    'answers undefined for what is no JSON',
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );
});
