import { asObject, asText, parseJson } from '../http/parse-json.ts';
import type { SseEvent } from '../http/read-sse.ts';
import type { StreamReader } from '../http/read-stream.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { OLLAMA_ERRORS } from './errors.ts';
import { readDoneReason } from './finish-reason.ts';
import { type RawAnswer, readSaid, type Said } from './from-response.ts';
import { readUsage } from './usage.ts';

/**
 * Turns the lines of one stream of `/api/chat` or `/api/generate` into parts. Pure: no clock, no input or output. Each line has the shape of a whole
 * answer; the one with `done` is the last and bears finish reason and counts. A stream that ends without it was cut.
 */
export function createStreamReader(secret: string | undefined): StreamReader {
  let calls = 0;
  let hasBegun = false;
  let isDone = false;

  const say = (said: Said, out: StreamPart[]) => {
    const { text, reasoning, toolCalls, logprobs } = said;
    if (reasoning !== '') out.push({ type: 'reasoning-delta', choice: 0, text: reasoning });
    if (logprobs !== null) out.push({ type: 'text-delta', choice: 0, text, logprobs });
    else if (text !== '') out.push({ type: 'text-delta', choice: 0, text });
    for (const { id, function: called } of toolCalls) {
      const { name, arguments: written } = called;
      out.push({ type: 'tool-call-delta', choice: 0, index: calls, id, name, arguments: written });
      calls += 1;
    }
  };

  return {
    isDone: () => isDone,
    push(event: SseEvent, out: StreamPart[]): void {
      if (isDone) return;
      const answer: RawAnswer | null = asObject(parseJson(event.data));
      if (answer === null) throw new ProviderError('upstream', 'The provider sent a line that is not valid JSON.');
      const error = OLLAMA_ERRORS.fromObject(answer, secret);
      if (error !== null) throw error;
      const said = readSaid(answer, calls);
      if (said !== null) {
        hasBegun = true;
        say(said, out);
      }
      if (answer.done !== true) return;
      isDone = true;
      out.push({ type: 'finish', choice: 0, ...readDoneReason(asText(answer.done_reason), calls) });
      const usage = readUsage(answer);
      if (usage !== null) out.push({ type: 'usage', usage });
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
