import { toolCallId } from '../convert/tool-call-id.ts';
import { asObject, asText, type Loose } from '../http/parse-json.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { TOOL_CALLS_MAX } from './from-response.ts';

/** One tool call while it is written. */
interface OpenCall {
  index: number;
  hasArguments: boolean;
}

/** An event about a tool call: the number of the call, and what is new of it. */
interface CallEvent {
  index: unknown;
  /** `delta.message.tool_calls`: one call, though the name speaks of several. */
  call: unknown;
}

/** Follows the tool calls of one stream, which come out numbered from 0. */
export function createCallTracker() {
  const open = new Map<unknown, OpenCall>();
  let calls = 0;

  const pushArguments = (call: OpenCall, text: string | null, out: StreamPart[]) => {
    // A tool without parameters is called with null, or with nothing.
    if (text === null || (!call.hasArguments && text.trim() === 'null')) return;
    call.hasArguments = true;
    out.push({ type: 'tool-call-delta', choice: 0, index: call.index, arguments: text });
  };
  const close = (call: OpenCall, out: StreamPart[]) => {
    if (!call.hasArguments) pushArguments(call, '{}', out);
  };

  return {
    /** How many calls have begun. */
    count: () => calls,
    /** Reads `tool-call-start`. */
    start({ index, call: given }: CallEvent, answerId: unknown, out: StreamPart[]): void {
      if (calls >= TOOL_CALLS_MAX) return;
      const { id, called } = readCall(given);
      const call = { index: calls, hasArguments: false };
      calls += 1;
      const earlier = open.get(index);
      if (earlier !== undefined) close(earlier, out);
      open.set(index, call);
      out.push({
        type: 'tool-call-delta',
        choice: 0,
        index: call.index,
        id: asText(id) ?? toolCallId(answerId, 0, call.index),
        name: asText(called?.name) ?? '',
        arguments: '',
      });
      pushArguments(call, asText(called?.arguments), out);
    },
    /** Reads `tool-call-delta`. */
    delta({ index, call: given }: CallEvent, out: StreamPart[]): void {
      const call = open.get(index);
      if (call !== undefined) pushArguments(call, asText(readCall(given).called?.arguments), out);
    },
    /** Reads `tool-call-end`. */
    end(index: unknown, out: StreamPart[]): void {
      const call = open.get(index);
      open.delete(index);
      if (call !== undefined) close(call, out);
    },
    /** Completes the calls whose end was not told. */
    endAll(out: StreamPart[]): void {
      for (const call of open.values()) close(call, out);
      open.clear();
    },
  };
}

function readCall(value: unknown): { id: unknown; called: Loose<'name' | 'arguments'> | null } {
  const call = asObject<'id' | 'function'>(Array.isArray(value) ? value[0] : value);
  return { id: call?.id, called: asObject(call?.function) };
}
