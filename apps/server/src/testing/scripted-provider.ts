import type { CallOptions, ChatProvider, ChatRequest, ChatResult } from '@q/providers/spec/chat-model';
import { ProviderError } from '@q/providers/spec/provider-error';
import type { StopSignal } from '@q/providers/spec/stop-signal';
import type { StreamPart } from '@q/providers/spec/stream-part';

/** What a scripted provider does with one call; it stands where a provider's network would be. */
interface Script {
  chat?(request: ChatRequest, options: CallOptions): Promise<ChatResult>;
  stream?(request: ChatRequest, options: CallOptions): AsyncIterable<StreamPart>;
}

/** A provider that plays `current`, and remembers what it was asked. */
export function createScriptedProvider(id: string) {
  const state: { current: Script; requests: ChatRequest[] } = { current: {}, requests: [] };
  const adapter: ChatProvider = {
    id,
    chat(request, options) {
      state.requests.push(request);
      if (!state.current.chat) throw new ProviderError('upstream', 'no script');
      return state.current.chat(request, options);
    },
    async streamChat(request, options) {
      state.requests.push(request);
      if (!state.current.stream) throw new ProviderError('upstream', 'no script');
      return { parts: state.current.stream(request, options), upstreamRequestId: 'up_1' };
    },
  };
  return { adapter, state };
}

/** Usage with only input and output. */
export const usageOf = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens,
  reasoningTokens: 0,
});

/** A whole answer of one choice. */
export function resultOf(text: string, usage: ChatResult['usage']): ChatResult {
  return {
    choices: [
      {
        text,
        reasoning: '',
        refusal: null,
        toolCalls: [],
        finishReason: 'stop',
        rawFinishReason: 'stop',
        logprobs: null,
      },
    ],
    usage,
    upstreamRequestId: null,
  };
}

/** A promise that rejects as an adapter does when its call is aborted. */
export function untilAborted(signal: StopSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new ProviderError('aborted', 'aborted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail);
  });
}
