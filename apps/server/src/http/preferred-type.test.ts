import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preferredType } from './preferred-type.ts';

const OFFERED = ['application/json', 'text/csv'] as const;
const JSON_TYPE = 'application/json';
const CSV = 'text/csv';

describe('the preferred type', () => {
  test.each([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['text/csv', CSV],
    ['Text/CSV; charset=utf-8', CSV],
    ['text/*', CSV],
    ['text/csv, */*', CSV],
    ['text/csv, application/json', CSV],
    ['application/json, text/csv', JSON_TYPE],
    ['text/csv;q=0', JSON_TYPE],
    ['text/csv;q=0, */*', JSON_TYPE],
    ['text/csv; q=0.000, text/*', JSON_TYPE],
    ['text/csv;q=0.5, application/json', JSON_TYPE],
    ['text/csv;q=0.5, application/json;q=0.4', CSV],
    ['application/json;q=0.5, text/csv; Q=0.501', CSV],
    ['text/csv;q=0.4, */*;q=0.5', JSON_TYPE],
    ['application/json;q=0, */*', CSV],
    ['text/csv-schema', JSON_TYPE],
    ['application/x;note="a, text/csv"', JSON_TYPE],
    ['application/x;note="a; q=0", text/csv', CSV],
    ['image/png', JSON_TYPE],
    ['text/csv;q=0, application/json;q=0', JSON_TYPE],
    ['text/csv, "application/json', CSV],
    ['text/csv;q=2', JSON_TYPE],
    ['text/csv;q=-1', JSON_TYPE],
    ['text/csv;q=0x1', JSON_TYPE],
    ['text/csv;q=', JSON_TYPE],
    [',,;;/, text/csv', CSV],
  ])('of %j is %s', (accept, type) => {
    expect(preferredType(accept, OFFERED)).toBe(type);
  });

  test('is the one of more weight, whatever the order', () => {
    const weight = fc.integer({ min: 0, max: 1_000 }).map((thousandths) => thousandths / 1_000);
    fc.assert(
      fc.property(weight, weight, fc.boolean(), (json, csv, swapped) => {
        fc.pre(json !== csv);
        const ranges = [`${JSON_TYPE};q=${json}`, `${CSV};q=${csv}`];
        const accept = (swapped ? ranges.reverse() : ranges).join(', ');
        expect(preferredType(accept, OFFERED)).toBe(csv > json ? CSV : JSON_TYPE);
      }),
    );
  });

  test('is found at once in the longest header', () => {
    const start = performance.now();
    for (const piece of ['"', '"\\', 'text/csv,', 'text/csv;', '*/', ';q=', ' '])
      preferredType(piece.repeat(16_384 / piece.length), OFFERED);
    expect(performance.now() - start).toBeLessThan(200);
  });
});
