import { z } from 'zod';

/** Years of four digits, by which answers write a moment too: an offset can carry the last day of 9999 beyond them. */
const hasFourDigitYear = (text: string) => {
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && /^\d{4}-/.test(at.toISOString());
};

/** A moment with its time zone, in a year that can be written. */
export const momentSchema = z.iso
  .datetime({ offset: true })
  .refine(hasFourDigitYear, 'must be between the years 0000 and 9999 in UTC');

/** A moment, or the beginning of a day in UTC. */
export const momentOrDaySchema = z.union([momentSchema, z.iso.date()], {
  error: 'must be a day such as 2026-11-21, or a moment with its time zone such as 2026-11-21T10:00:00Z',
});
