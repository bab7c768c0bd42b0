import fc from 'fast-check';
import { expect, test } from 'vitest';

test('property tests draw from the seed that was asked for, or from 1', () => {
  expect(fc.readConfigureGlobal()).toEqual({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
});
