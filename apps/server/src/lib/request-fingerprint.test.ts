import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestFingerprint } from './request-fingerprint.ts';

const of = (body: unknown) => requestFingerprint('POST', '/a', body).toString('hex');

/** The same value with the fields of every object written in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

describe('the fingerprint of a request', () => {
  test('does not depend on the order of fields, at any depth', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => of(reversed(body)) === of(body)));
  });

  test('differs when a value in it differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), (body, left, right) => {
        fc.pre(left !== right);
        return of({ body, field: left }) !== of({ body, field: right });
      }),
    );
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: { b: 1 } }, { a: { b: 1, c: null } }],
    [{ temperature: 0.7 }, { temperature: 0.70001 }],
    [{}, []],
    [null, ''],
  ])('%j is not %j', (left, right) => {
    expect(of(left)).not.toBe(of(right));
  });

  test('depends on method and path; no body is null', () => {
    const one = requestFingerprint('POST', '/a', {});
    expect(requestFingerprint('PUT', '/a', {})).not.toEqual(one);
    expect(requestFingerprint('POST', '/b', {})).not.toEqual(one);
    expect(of(undefined)).toBe(of(null));
    expect(one).toHaveLength(32);
  });
});
