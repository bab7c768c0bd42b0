import { asObject, asText, type Loose, parseJson } from '../http/parse-json.ts';
import type { SseEvent } from '../http/read-sse.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import type { Usage } from '../spec/usage.ts';
import { type Content, readContent } from './content.ts';
import { errorFromObject } from './errors.ts';
import { readFinishReason } from './finish-reason.ts';
import { CHOICES_MAX, unsaidReason } from './from-response.ts';
import { readLogprobs } from './logprobs.ts';
import type { AnswerQuirks } from './quirks.ts';
import { createThinkTagSplitter } from './think-tags.ts';
import { createToolCallTracker } from './tool-calls.ts';
import { isSameUsage, readUsage } from './usage.ts';

type RawChunk = Loose<'id' | 'choices' | 'usage' | 'x_groq' | 'error' | 'object'>;
type RawChoice = Loose<'index' | 'delta' | 'message' | 'text' | 'finish_reason' | 'logprobs' | 'usage'>;
type RawDelta = {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  refusal?: unknown;
  tool_calls?: unknown;
  function_call?: unknown;
};

interface Alternative {
  isFinished: boolean;
  hasBegun: boolean;
  toolCalls: ReturnType<typeof createToolCallTracker> | null;
  /** Null where tags in the text are text. */
  thinkTags: ReturnType<typeof createThinkTagSplitter> | null;
}

/**
 * Turns the events of one OpenAI-compatible stream into parts. Pure: no clock, no input or output. Parts are appended to the array given,
 * so that those read before a fault can be handed out before it is thrown. Unknown fields and events are dropped.
 */
export function createStreamReader(quirks: AnswerQuirks, secret: string | undefined) {
  const alternatives = new Map<number, Alternative>();
  let usage: Usage | null = null;
  let isDone = false;

  const alternativeOf = (index: number): Alternative => {
    const known = alternatives.get(index);
    if (known) return known;
    const thinkTags = quirks.splitsThinkTags ? createThinkTagSplitter() : null;
    const fresh = { isFinished: false, hasBegun: false, toolCalls: null, thinkTags };
    alternatives.set(index, fresh);
    return fresh;
  };
  const readUsageOf = (value: unknown, out: StreamPart[]) => {
    const read = readUsage(value, quirks.billedOutput);
    if (read === null || (usage !== null && isSameUsage(read, usage))) return;
    usage = read;
    out.push({ type: 'usage', usage: read });
  };
  const readToolCalls = (index: number, pieces: unknown[], answerId: unknown, out: StreamPart[]) => {
    const alternative = alternativeOf(index);
    alternative.toolCalls ??= createToolCallTracker(index);
    for (const piece of pieces) {
      const delta = alternative.toolCalls.read(piece, answerId);
      if (delta) out.push(delta);
    }
  };
  const readChoice = (choice: RawChoice, answerId: unknown, out: StreamPart[]) => {
    const index = choice.index ?? 0;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) return;
    const alternative = alternativeOf(index);
    const delta = deltaOf(choice, alternative.hasBegun);
    const before = out.length;
    readText(index, delta, { rawLogprobs: choice.logprobs, thinkTags: alternative.thinkTags }, out);
    if (Array.isArray(delta.tool_calls)) readToolCalls(index, delta.tool_calls, answerId, out);
    else if (delta.function_call) readToolCalls(index, [{ index: 0, function: delta.function_call }], answerId, out);
    if (out.length > before) alternative.hasBegun = true;
    const word = asText(choice.finish_reason);
    // OpenRouter says it twice.
    if (word !== null && !alternative.isFinished) {
      alternative.isFinished = true;
      if (alternative.thinkTags) pushContent(index, alternative.thinkTags.end(), out);
      out.push({ type: 'finish', choice: index, ...readFinishReason(word) });
    }
    if (choice.usage) readUsageOf(choice.usage, out);
  };
  const readChunk = (chunk: RawChunk, out: StreamPart[]) => {
    if (Array.isArray(chunk.choices)) {
      for (const value of chunk.choices) {
        const choice: RawChoice | null = asObject(value);
        if (choice) readChoice(choice, chunk.id, out);
      }
    }
    if (chunk.usage) readUsageOf(chunk.usage, out);
    else if (chunk.x_groq) readUsageOf(asObject<'usage'>(chunk.x_groq)?.usage, out);
  };

  return {
    /** True once the provider has said that the stream is over: what follows is not read. */
    isDone: () => isDone,
    /** Reads one event. Throws ProviderError for an error inside the stream and for an event that is no JSON. */
    push(event: SseEvent, out: StreamPart[]): void {
      if (isDone) return;
      if (event.data.startsWith('[DONE]')) {
        isDone = true;
        return;
      }
      const chunk: RawChunk | null = asObject(parseJson(event.data));
      if (chunk === null) {
        checkUnreadable(event, secret);
        return;
      }
      readChunk(chunk, out);
      if (!Array.isArray(chunk.choices) || chunk.error || event.type === 'error') {
        const error = errorFromObject(event.type === 'error' ? { error: chunk.error ?? chunk } : chunk, secret);
        if (error) throw error;
      }
    },
    /**
     * Ends the stream: a `finish` for each alternative that was not given one. Throws ProviderError `upstream` when the stream was cut,
     * that is, when it ended without any finish, usage or end mark.
     */
    end(out: StreamPart[]): void {
      const isFinished = [...alternatives.values()].some((alternative) => alternative.isFinished);
      if (!isDone && !isFinished && usage === null)
        throw new ProviderError('upstream', 'The provider cut the answer short.');
      if (alternatives.size === 0 && usage === null)
        throw new ProviderError('upstream', 'The provider answered without an answer.');
      for (const [choice, { isFinished: isSaid, toolCalls, thinkTags }] of alternatives) {
        if (isSaid) continue;
        if (thinkTags) pushContent(choice, thinkTags.end(), out);
        out.push({ type: 'finish', choice, reason: unsaidReason(toolCalls?.count() ?? 0), raw: null });
      }
    },
  };
}

/** What the choice adds. Some providers send the whole message instead of a delta; it counts only where nothing came before it. */
function deltaOf(choice: RawChoice, hasBegun: boolean): RawDelta {
  const delta: RawDelta | null = asObject(choice.delta);
  if (delta) return delta;
  const message: RawDelta | null = asObject(choice.message);
  if (message) return hasBegun ? {} : message;
  return { content: choice.text };
}

function pushContent(choice: number, { text, reasoning }: Content, out: StreamPart[]): void {
  if (reasoning !== '') out.push({ type: 'reasoning-delta', choice, text: reasoning });
  if (text !== '') out.push({ type: 'text-delta', choice, text });
}

function readText(
  choice: number,
  delta: RawDelta,
  { rawLogprobs, thinkTags }: { rawLogprobs: unknown; thinkTags: Alternative['thinkTags'] },
  out: StreamPart[],
): void {
  const { text, reasoning } = readContent(delta);
  const logprobs = rawLogprobs ? readLogprobs(rawLogprobs) : null;
  if (reasoning !== '') out.push({ type: 'reasoning-delta', choice, text: reasoning });
  // Figures of tokens stay with the tokens they belong to.
  if (logprobs !== null) out.push({ type: 'text-delta', choice, text, logprobs });
  else if (text !== '') pushContent(choice, thinkTags?.push(text) ?? { text, reasoning: '' }, out);
  const refusal = asText(delta.refusal);
  if (refusal !== null) out.push({ type: 'refusal-delta', choice, text: refusal });
}

/** Data that is no JSON object. Stray lines between the events are dropped; an event that cannot be read would be a piece missing from the answer. */
function checkUnreadable(event: SseEvent, secret: string | undefined): void {
  if (event.raw || event.data.trim() === '' || event.data === 'null') return;
  const error = event.type === 'error' ? errorFromObject({ error: event.data }, secret) : null;
  throw error ?? new ProviderError('upstream', 'The provider sent an event that is not valid JSON.');
}
