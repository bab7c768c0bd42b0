import { ProviderError } from '../spec/provider-error.ts';
import { EVENT_LENGTH_MAX } from './limits.ts';
import type { SseEvent } from './read-sse.ts';
import { createLineSplitter } from './split-lines.ts';

/**
 * Reads newline-delimited JSON out of bytes that may be cut anywhere: each line that is not blank comes out as one event without a type.
 * The last line counts without its end. Throws ProviderError `upstream` when a line is longer than `lengthMax` UTF-16 units.
 */
export function createNdjsonReader(lengthMax: number = EVENT_LENGTH_MAX) {
  const lines = createLineSplitter(lengthMax, throwTooLong);
  let out: SseEvent[] = [];
  const readLine = (line: string) => {
    if (line.length > lengthMax) throwTooLong();
    if (line.trim() !== '') out.push({ type: '', data: line, raw: false });
  };
  return {
    /** Reads the next bytes and appends the lines they complete to `events`. */
    push(bytes: Uint8Array, events: SseEvent[]): void {
      out = events;
      lines.push(bytes, readLine);
    },
    /** Appends what the end of the stream completes. */
    end(events: SseEvent[]): void {
      out = events;
      lines.end(readLine);
    },
  };
}

function throwTooLong(): never {
  throw new ProviderError('upstream', 'The provider sent a line that is too long to read.');
}
