import { partsOfResult } from '../convert/parts-of-result.ts';
import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import type { SseEvent } from '../http/read-sse.ts';
import type { StreamReader } from '../http/read-stream.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { failureOf, RESPONSES_ERRORS } from './errors.ts';
import { readFinish } from './finish-reason.ts';
import { fromResponse } from './from-response.ts';
import { listOf, type TextPiece } from './output-items.ts';
import { createItemTracker, type RawPlace } from './stream-items.ts';
import { readUsage } from './usage.ts';

type RawEvent = RawPlace &
  Loose<'type' | 'object' | 'error' | 'response' | 'item' | 'delta' | 'text' | 'refusal' | 'arguments' | 'logprobs'>;
type RawResponse = Loose<'id' | 'status' | 'incomplete_details' | 'output' | 'usage'>;
type Read = (event: RawEvent, out: StreamPart[]) => void;

/** Events of text, by the kind of text; each comes as `.delta` and, whole, as `.done`. */
const TEXT_EVENTS: readonly [name: string, kind: TextPiece['kind']][] = [
  ['response.output_text', 'text'],
  ['response.refusal', 'refusal'],
  ['response.reasoning_summary_text', 'summary'],
  ['response.reasoning_text', 'reasoning'],
];

/**
 * Turns the events of one stream of the Responses API into parts. Pure: no clock, no input or output. Unknown events and items are dropped,
 * among them the tools that run at the provider. The stream is over with `response.completed`, `.incomplete` or `.failed`; without one it was cut.
 */
export function createStreamReader(secret: string | undefined): StreamReader {
  let answerId: unknown;
  let hasBegun = false;
  let isDone = false;
  const items = createItemTracker(() => answerId);

  const finish = (status: string, given: unknown, out: StreamPart[]) => {
    const response: RawResponse = { status, ...asObject<keyof RawResponse>(given) };
    const usage = readUsage(response.usage);
    const failure = failureOf(response, secret);
    // From a server that does not send its answer in pieces.
    const isWhole = failure === null && !items.hasBegun() && listOf(response.output).length > 0;
    if (isWhole) out.push(...partsOfResult({ ...fromResponse(response), usage: null }));
    else if (failure === null) out.push({ type: 'finish', choice: 0, ...readFinish(response, items.calls()) });
    // An answer that failed is billed as well.
    if (usage !== null) out.push({ type: 'usage', usage });
    if (failure !== null) throw failure;
    isDone = true;
  };
  const readers: Record<string, Read> = {
    'response.created': (event) => {
      // What came before is with the caller already, and its tool calls would be made twice.
      if (items.hasBegun())
        throw new ProviderError('upstream', 'The provider began its answer anew in the middle of a stream.');
      answerId = asObject<'id'>(event.response)?.id;
    },
    'response.output_item.added': (event, out) => items.start(event, event.item, out),
    'response.output_item.done': (event, out) => items.finish(event, event.item, out),
    'response.function_call_arguments.delta': (event, out) => items.arguments(event, event.delta, out),
    'response.completed': (event, out) => finish('completed', event.response, out),
    'response.incomplete': (event, out) => finish('incomplete', event.response, out),
    'response.failed': (event, out) => {
      const response = asObject<'error'>(event.response);
      finish('failed', { ...response, error: response?.error ?? event.error }, out);
    },
  };
  for (const [name, kind] of TEXT_EVENTS) {
    readers[`${name}.delta`] = (event, out) =>
      items.text(event, kind, { text: event.delta, logprobs: event.logprobs, isWhole: false }, out);
    readers[`${name}.done`] = (event, out) =>
      items.text(event, kind, { text: kind === 'refusal' ? event.refusal : event.text, isWhole: true }, out);
  }

  return {
    isDone: () => isDone,
    push(given: SseEvent, out: StreamPart[]): void {
      const event = isDone ? null : readEvent(given);
      if (event === null) return;
      const type = asText(event.type) ?? given.type;
      const error = errorOf(event, type, given, secret);
      if (error !== null) throw error;
      hasBegun = true;
      if (event.object === 'response') finish('completed', event, out);
      else if (Object.hasOwn(readers, type)) readers[type]?.(event, out);
    },
    end(): void {
      if (isDone) return;
      const what = hasBegun ? 'The provider cut the answer short.' : 'The provider answered without an answer.';
      throw new ProviderError('upstream', what);
    },
  };
}

/** The event's JSON; null for stray lines between the events and for the end mark some servers add. An event that cannot be read would be a piece missing from the answer. */
function readEvent({ data, raw }: SseEvent): RawEvent | null {
  const event: RawEvent | null = asObject(parseJson(data));
  if (event !== null || raw || data.trim() === '' || data.startsWith('[DONE]')) return event;
  throw new ProviderError('upstream', 'The provider sent an event that is not valid JSON.');
}

function errorOf(event: RawEvent, type: string, given: SseEvent, secret: string | undefined): ProviderError | null {
  if (type === 'error' || given.type === 'error')
    return RESPONSES_ERRORS.fromObject({ error: event.error ?? event }, secret);
  return event.error && !type.startsWith('response.') ? RESPONSES_ERRORS.fromObject(event, secret) : null;
}
