import { formatSeconds } from '../../lib/format.ts';

/** A short time: milliseconds under a second, `312 ms`, else seconds, `3.07 s`. Null is a gap. */
export function formatMilliseconds(ms: number | null): string {
  return ms !== null && ms < 1000 ? `${ms} ms` : formatSeconds(ms);
}
