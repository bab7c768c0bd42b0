import { ProviderError } from '../spec/provider-error.ts';
import { EVENT_LENGTH_MAX } from './limits.ts';
import { createLineSplitter } from './split-lines.ts';

/** One event of a stream. `type` is empty unless the stream named it; `raw` is true for lines that are no server-sent event at all. */
export interface SseEvent {
  type: string;
  data: string;
  raw: boolean;
}

const SPACE = 32;
/** A field of the standard, or a comment. */
const FIELD = /^(?:(data|event|id|retry)(?::|$)|:)/;
const RAW_START = /^\s*[[{<]/;

/**
 * Reads server-sent events (WHATWG HTML, 9.2) out of bytes that may be cut anywhere. More tolerant than the standard where providers are sloppy:
 * the last event counts without its blank line, and lines that begin like JSON or HTML come out as one raw event, since that is how some
 * providers report an error midway. Throws ProviderError `upstream` when a line or an event is longer than `lengthMax` UTF-16 units.
 */
export function createSseReader(lengthMax: number = EVENT_LENGTH_MAX) {
  const lines = createLineSplitter(lengthMax, throwTooLong);
  let out: SseEvent[] = [];
  let type = '';
  let data: string | null = null;
  let raw: string | null = null;

  const extend = (before: string | null, line: string): string => {
    const joined = before === null ? line : `${before}\n${line}`;
    return joined.length > lengthMax ? throwTooLong() : joined;
  };
  const finishRaw = () => {
    if (raw !== null) out.push({ type: '', data: raw, raw: true });
    raw = null;
  };
  const finishEvent = () => {
    finishRaw();
    if (data !== null) out.push({ type, data, raw: false });
    type = '';
    data = null;
  };
  const readField = (name: string, line: string) => {
    finishRaw();
    if (name === 'data') data = extend(data, valueOfField(line, 'data'));
    else if (name === 'event') type = valueOfField(line, 'event');
  };
  const readLine = (line: string) => {
    const name = line === '' ? '' : nameOfField(line);
    if (name === '') finishEvent();
    else if (name !== null) readField(name, line);
    else if (raw !== null || RAW_START.test(line)) raw = extend(raw, line);
  };

  return {
    /** Reads the next bytes and appends the events they complete to `events`. */
    push(bytes: Uint8Array, events: SseEvent[]): void {
      out = events;
      lines.push(bytes, readLine);
    },
    /** Appends what the end of the stream completes. */
    end(events: SseEvent[]): void {
      out = events;
      lines.end(readLine);
      finishEvent();
    },
  };
}

/** `data`, `event`, `id`, `retry` or `comment`; null for a line that is none of them. */
function nameOfField(line: string): string | null {
  if (line.startsWith('data:')) return 'data';
  const match = FIELD.exec(line);
  return match === null ? null : (match[1] ?? 'comment');
}

/** What follows the colon, less one space. A line without a colon has the empty value. */
function valueOfField(line: string, name: string): string {
  const start = name.length + 1;
  return line.slice(line.charCodeAt(start) === SPACE ? start + 1 : start);
}

function throwTooLong(): never {
  throw new ProviderError('upstream', 'The provider sent an event that is too long to read.');
}
