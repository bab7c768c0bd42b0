import type { CallOptions, ChatProvider, ChatRequest, ChatResult } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StopSignal } from '../spec/stop-signal.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import type { Usage } from '../spec/usage.ts';
import { createAnswerer } from './answer.ts';
import { countInput, countOutput, cutToTokens, textOf } from './count-tokens.ts';
import type { SandboxKnowledge } from './knowledge.ts';

/** The one model of the sandbox. */
const MODEL = 'guide';
/** About as fast as the models it stands for. */
const DEFAULT_TOKENS_PER_SECOND = 60;

interface Written {
  text: string;
  reason: 'stop' | 'length';
  usage: Usage;
}

/**
 * The built-in provider: in this process, without a key, always the same answer to the same question. Its model `guide` answers about this
 * marketplace from `knowledge`, so that everything else, the charge included, can be tried before there is a key of any provider.
 * `pace` is in tokens a second for streams; 0 does not wait.
 */
export function createSandboxProvider({
  knowledge,
  pace = DEFAULT_TOKENS_PER_SECOND,
}: {
  knowledge: SandboxKnowledge;
  pace?: number;
}): ChatProvider {
  const answerQuestion = createAnswerer(knowledge);
  return {
    id: 'sandbox',
    async chat(request, { signal }): Promise<ChatResult> {
      const written = write(request, signal, answerQuestion);
      const choice = {
        text: written.text,
        reasoning: '',
        refusal: null,
        toolCalls: [],
        finishReason: written.reason,
        rawFinishReason: null,
        logprobs: null,
      };
      return { choices: alternatives(request).map(() => choice), usage: written.usage, upstreamRequestId: null };
    },
    async streamChat(request, { signal }: CallOptions) {
      return {
        parts: speak(write(request, signal, answerQuestion), alternatives(request), { signal, pace }),
        upstreamRequestId: null,
      };
    },
  };
}

function alternatives(request: ChatRequest): number[] {
  return Array.from({ length: request.n ?? 1 }, (_, index) => index);
}

function write(request: ChatRequest, signal: StopSignal, answerQuestion: ReturnType<typeof createAnswerer>): Written {
  refuseUnsupported(request);
  if (signal.aborted) throw stopped();
  const questions = request.messages
    .filter((message) => message.role === 'user')
    .map(textOf)
    .reverse();
  const answer = answerQuestion(questions[0] ?? '', questions.slice(1));
  const whole =
    request.responseFormat?.type === 'json_object'
      ? JSON.stringify({ answer: answer.text, models: answer.models })
      : answer.text;
  const kept = untilStop(whole, request.stop ?? []);
  const text = request.maxOutputTokens === undefined ? kept : cutToTokens(kept, request.maxOutputTokens);
  return {
    text,
    reason: text.length < kept.length ? 'length' : 'stop',
    usage: {
      inputTokens: countInput(request.messages),
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: countOutput(text) * alternatives(request).length,
      reasoningTokens: 0,
    },
  };
}

function refuseUnsupported(request: ChatRequest): void {
  const { toolChoice, responseFormat } = request;
  if (request.model !== MODEL) throw refusal(`The sandbox has one model, ${MODEL}.`, 'model', 404);
  if (toolChoice === 'required' || typeof toolChoice === 'object')
    throw refusal('The sandbox model cannot call tools.', 'tool_choice');
  if (responseFormat?.type === 'json_schema') {
    throw refusal('The sandbox model writes JSON of its own shape only: use the type json_object.', 'response_format');
  }
}

function refusal(message: string, param: string, status = 400): ProviderError {
  return new ProviderError('invalid_request', message, { status, param });
}

function stopped(): ProviderError {
  return new ProviderError('aborted', 'The call was stopped before it was finished.');
}

/** The text before the first of the stop sequences. */
function untilStop(text: string, sequences: readonly string[]): string {
  const ends = sequences.filter((sequence) => sequence !== '').map((sequence) => text.indexOf(sequence));
  const found = ends.filter((end) => end !== -1);
  return found.length === 0 ? text : text.slice(0, Math.min(...found));
}

async function* speak(
  { text, reason, usage }: Written,
  choices: readonly number[],
  { signal, pace }: { signal: StopSignal; pace: number },
): AsyncGenerator<StreamPart, undefined> {
  const startedAt = performance.now();
  let spoken = 0;
  for (const choice of choices) {
    for (const word of text.match(/^\s+|\S+\s*/g) ?? []) {
      if (pace > 0) await pause(startedAt + (spoken * 1_000) / pace - performance.now(), signal);
      if (signal.aborted) throw stopped();
      yield { type: 'text-delta', choice, text: word };
      spoken += countOutput(word);
    }
    yield { type: 'finish', choice, reason, raw: null };
  }
  yield { type: 'usage', usage };
}

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
function pause(ms: number, signal: StopSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
