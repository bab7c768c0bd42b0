import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, readText, readTexts, stringifySearch } from './query-string.ts';

describe('query strings', () => {
  it('reads a repeated name as a list and keeps digits as text', () => {
    expect(parseSearch('?cap=tools&cap=vision&page=2')).toEqual({ cap: ['tools', 'vision'], page: '2' });
  });

  it('leaves out what is not set', () => {
    expect(stringifySearch({ a: undefined, b: null, c: false, d: [], e: true, f: 0 })).toBe('?e=1&f=0');
    expect(stringifySearch({})).toBe('');
  });

  it('keeps the slashes of a model id readable', () => {
    expect(stringifySearch({ model: 'openai/gpt-6' })).toBe('?model=openai/gpt-6');
  });

  it('brings any text back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string(), { minLength: 2 }), (text, list) => {
        expect(parseSearch(stringifySearch({ text, list }))).toEqual({ text, list });
      }),
    );
  });

  it('takes the first of a list where one value is wanted', () => {
    expect([readText(['a', 'b']), readText(''), readText(3)]).toEqual(['a', undefined, undefined]);
  });
});

describe('the texts of a search', () => {
  it('are those that were asked for, unless they are too long', () => {
    const search = { a: 'x', b: 'y'.repeat(5), c: 'z', d: ['x'] };
    expect(readTexts(search, ['a', 'b', 'd'])).toEqual({ a: 'x', b: 'yyyyy', d: 'x' });
    expect(readTexts(search, ['a', 'b'], 4)).toEqual({ a: 'x' });
  });
});
