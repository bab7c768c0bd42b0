import { z } from 'zod';

const PAGE_MAX = 100_000;
const PER_PAGE_MAX = 100;
const PER_PAGE_DEFAULT = 20;

const DIGITS = /^\d{1,15}$/;

/** What `Number` takes beside decimal digits (`0x10`, `1e1`, ` 5`, `+5`, nothing at all) is a slip of the pen. */
const fromDigits = (given: unknown): unknown => {
  if (typeof given !== 'string') return given;
  return DIGITS.test(given) ? Number(given) : Number.NaN;
};

/** A whole number of a query, written in decimal digits. */
export function queryInteger(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max} in decimal digits`;
  return z.preprocess(fromDigits, z.int({ error }).min(min, { error }).max(max, { error }));
}

/** `?page` and `?per_page` of a list, whose pages have 20 rows unless it says otherwise. */
export function pageShape(perPage = PER_PAGE_DEFAULT) {
  return {
    page: queryInteger(1, PAGE_MAX).prefault(1),
    per_page: queryInteger(1, PER_PAGE_MAX).prefault(perPage),
  };
}
