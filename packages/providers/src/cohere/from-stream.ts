import { partsOfResult } from '../convert/parts-of-result.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import type { SseEvent } from '../http/read-sse.ts';
import type { StreamReader } from '../http/read-stream.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { COHERE_ERRORS } from './errors.ts';
import { readFinishReason } from './finish-reason.ts';
import { fromResponse, readContent } from './from-response.ts';
import { createCallTracker } from './stream-calls.ts';
import { readUsage } from './usage.ts';

type RawEvent = Loose<'type' | 'id' | 'index' | 'delta' | 'message'>;
type RawDelta = Loose<'message' | 'finish_reason' | 'usage'>;
type RawMessage = Loose<'content' | 'tool_calls'>;

/**
 * Turns the events of one Cohere stream into parts. Pure: no clock, no input or output. Unknown events are dropped, among them citations and the
 * plan before tool calls. The answer ends with `message-end`, which bears finish reason and usage; the end mark that may follow is not needed.
 */
export function createStreamReader(secret: string | undefined): StreamReader {
  const calls = createCallTracker();
  let answerId: unknown = null;
  let hasBegun = false;
  let isDone = false;

  const messageOf = (event: RawEvent): RawMessage | null => asObject(asObject<'message'>(event.delta)?.message);
  const callOf = (event: RawEvent) => ({ index: event.index, call: messageOf(event)?.tool_calls });
  const readText = (event: RawEvent, out: StreamPart[]) => {
    const { text, reasoning } = readContent(messageOf(event)?.content);
    if (reasoning !== '') out.push({ type: 'reasoning-delta', choice: 0, text: reasoning });
    if (text !== '') out.push({ type: 'text-delta', choice: 0, text });
  };
  const readers: Record<string, (event: RawEvent, out: StreamPart[]) => void> = {
    'message-start': (event) => {
      // What came before is with the caller already, and its tool calls would be made twice.
      if (hasBegun)
        throw new ProviderError('upstream', 'The provider began its answer anew in the middle of a stream.');
      hasBegun = true;
      answerId = event.id;
    },
    'content-start': readText,
    'content-delta': readText,
    'tool-call-start': (event, out) => calls.start(callOf(event), answerId, out),
    'tool-call-delta': (event, out) => calls.delta(callOf(event), out),
    'tool-call-end': (event, out) => calls.end(event.index, out),
    'message-end': (event, out) => {
      calls.endAll(out);
      const delta: RawDelta | null = asObject(event.delta);
      out.push({ type: 'finish', choice: 0, ...readFinishReason(asText(delta?.finish_reason), calls.count()) });
      const usage = readUsage(delta?.usage);
      if (usage !== null) out.push({ type: 'usage', usage });
      isDone = true;
    },
  };
  /** A whole answer, from a server that does not stream; false when it is none. */
  const readWhole = (event: RawEvent, out: StreamPart[]): boolean => {
    if (event.type !== undefined || hasBegun || asObject(event.message) === null) return false;
    out.push(...partsOfResult(fromResponse(event)));
    isDone = true;
    return true;
  };

  return {
    isDone: () => isDone,
    push(given: SseEvent, out: StreamPart[]): void {
      if (isDone) return;
      const event: RawEvent | null = readEvent(given);
      if (event === null) return;
      const error = COHERE_ERRORS.fromObject(event, secret);
      if (error !== null) throw error;
      if (readWhole(event, out)) return;
      const before = out.length;
      const type = asText(event.type) ?? given.type;
      if (Object.hasOwn(readers, type)) readers[type]?.(event, out);
      if (out.length > before) hasBegun = true;
    },
    end(): void {
      if (isDone) return;
      throw new ProviderError(
        'upstream',
        hasBegun ? 'The provider cut the answer short.' : 'The provider answered without an answer.',
      );
    },
  };
}

/** The event's JSON; null for end marks and stray lines. An event that cannot be read would be a piece missing from the answer. */
function readEvent({ data, raw }: SseEvent): RawEvent | null {
  const event: RawEvent | null = asObject(parseJson(data));
  if (event !== null || raw || data.trim() === '' || data.startsWith('[DONE]')) return event;
  throw new ProviderError('upstream', 'The provider sent an event that is not valid JSON.');
}
