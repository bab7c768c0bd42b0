import { toolCallId } from '../convert/tool-call-id.ts';
import { asObject, asText } from '../http/parse-json.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { readArguments } from './content.ts';
import { TOOL_CALLS_MAX } from './from-response.ts';

type ToolCallDelta = Extract<StreamPart, { type: 'tool-call-delta' }>;

interface OpenCall {
  /** The provider's own number of the call, null when it gives none. */
  upstreamIndex: number | null;
  id: string;
  isNamed: boolean;
}

/**
 * Gathers the tool calls of one alternative out of their pieces. OpenAI numbers every piece; others send whole calls without a number (Mistral, xAI),
 * number all calls 0 (seen behind several gateways), or repeat id and name with every piece. Calls come out numbered from 0 in the order they began.
 */
export function createToolCallTracker(choice: number) {
  const calls: OpenCall[] = [];

  const find = (index: number | null, id: string | null, name: string | null): OpenCall | null => {
    const last = calls.findLast((call) => index === null || call.upstreamIndex === index) ?? null;
    if (id === null) return index === null && name !== null && last?.isNamed === true ? null : last;
    const same = calls.find((call) => call.id === id && (index === null || call.upstreamIndex === index));
    if (same) return same;
    // A new id with a name begins a call. Without a name it is the same call under an id made anew for each piece.
    return name === null ? last : null;
  };
  const begin = (index: number | null, id: string | null, answerId: unknown): OpenCall | null => {
    if (calls.length >= TOOL_CALLS_MAX) return null;
    const call = { upstreamIndex: index, id: id ?? toolCallId(answerId, choice, calls.length), isNamed: false };
    calls.push(call);
    return call;
  };

  return {
    /** How many calls have begun. */
    count: () => calls.length,
    /** Reads one piece; null when it says nothing or there are too many calls. */
    read(value: unknown, answerId: unknown): ToolCallDelta | null {
      const piece = asObject<'index' | 'id' | 'function'>(value);
      const called = asObject<'name' | 'arguments'>(piece?.function);
      if (piece === null) return null;
      const index = Number.isInteger(piece.index) ? Number(piece.index) : null;
      const id = asText(piece.id);
      const name = asText(called?.name);
      const known = find(index, id, name);
      const call = known ?? begin(index, id, answerId);
      if (call === null) return null;
      const delta: ToolCallDelta = {
        type: 'tool-call-delta',
        choice,
        index: calls.indexOf(call),
        arguments: readArguments(called?.arguments),
      };
      if (known === null) delta.id = call.id;
      if (name !== null && !call.isNamed) {
        call.isNamed = true;
        delta.name = name;
      }
      return known !== null && delta.name === undefined && delta.arguments === '' ? null : delta;
    },
  };
}
