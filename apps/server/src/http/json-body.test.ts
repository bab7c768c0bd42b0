import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../lib/app-error.ts';
import { parseJsonBody } from './json-body.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJsonBody', () => {
  test('reads every JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJsonBody(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('allows 64 levels and refuses 65, brackets in strings aside', () => {
    expect(() => parseJsonBody(nested(64))).not.toThrow();
    expect(() => parseJsonBody(nested(65))).toThrow(AppError);
    expect(parseJsonBody(JSON.stringify(nested(100)))).toBe(nested(100));
    expect(parseJsonBody(JSON.stringify(`\\"${nested(100)}`))).toBe(`\\"${nested(100)}`);
  });

  test('refuses a million brackets without overflowing the stack', () => {
    expect(() => parseJsonBody('['.repeat(1_000_000))).toThrow(/deeper/);
  });

  test('never touches a prototype', () => {
    const value = parseJsonBody(
      '{"a":{"__proto__":{"polluted":true}},"constructor":{"prototype":{"polluted":true}}}',
    ) as Record<string, object>;
    expect(Object.getPrototypeOf(value['a'])).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each(['', '  ', '{', '{"a":}', 'undefined', "{'a':1}"])('%j is a clear 400', (text) => {
    expect(() => parseJsonBody(text)).toThrow(AppError);
  });

  test.each([
    ['{"name":"\\ud800"}', 'name'],
    ['{"messages":[{"content":"a"},{"content":"b\\uDFFFc"}]}', 'messages.1.content'],
    ['{"a":"\\ud83d \\ude00"}', 'a'],
    ['{"tags":{"\\udc00":1}}', 'tags'],
    ['"\\ud800"', null],
  ])('half of a character in %s is refused by its place', (text, param) => {
    expect(() => parseJsonBody(text)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        param,
        message: expect.stringMatching(/half of a character/),
      }),
    );
  });

  test('whole characters are read however they are written', () => {
    expect(parseJsonBody('["\\ud83d\\ude00", "😀", "\\\\ud800"]')).toEqual(['😀', '😀', '\\ud800']);
  });
});
