/** The first and the last day of a report as they stand in the address, `2026-11-21`, in UTC; without them the last thirty days. */
export interface ReportDays {
  from?: string;
  to?: string;
}

const DAY_MS = 86_400_000;

function startOf(day: string | undefined, addDays: number): string | null {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) ? null : new Date(time + addDays * DAY_MS).toISOString();
}

/** True for a first day behind the last one: there is nothing to ask for. */
export const isBackwards = ({ from = '', to = '' }: ReportDays): boolean => from !== '' && to !== '' && from > to;

/** A report's window as the API takes it: the last day counts whole, and what is no day is left out. */
export function reportSearch({ from, to }: ReportDays): URLSearchParams {
  const search = new URLSearchParams();
  const begin = startOf(from, 0);
  const end = startOf(to, 1);
  if (begin !== null) search.set('from', begin);
  if (end !== null) search.set('to', end);
  return search;
}
