import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pageShape, queryInteger } from './query-numbers.ts';

describe('a number of a query', () => {
  test.each([
    ['1', 1],
    ['100', 100],
    ['007', 7],
  ])('%j is %d', (text, number) => {
    expect(queryInteger(1, 100).parse(text)).toBe(number);
  });

  test.each([
    '0x10',
    '0b11',
    '0o7',
    '1e1',
    ' 5',
    '5 ',
    '+5',
    '-5',
    '5.0',
    '',
    '٥',
    'NaN',
    'Infinity',
    '0',
    '101',
    ['5', '6'],
  ])('%j is refused, with its bounds', (text) => {
    const { error } = queryInteger(1, 100).safeParse(text);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'must be a whole number from 1 to 100 in decimal digits',
    ]);
  });

  test('that is absent is the default, and is a number in the documents', () => {
    const page = z.strictObject(pageShape());
    expect(page.parse({})).toEqual({ page: 1, per_page: 20 });
    expect(z.toJSONSchema(page, { io: 'input' })).toMatchObject({
      properties: { per_page: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
    });
  });
});
