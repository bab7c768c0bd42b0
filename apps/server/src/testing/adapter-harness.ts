import type { HttpChatProvider } from '@q/providers/http/chat-provider';
import type { Deadlines } from '@q/providers/http/limits';
import { createOpenAiCompatibleProvider } from '@q/providers/openai-compatible/provider';
import { PRESETS } from '@q/providers/openai-compatible/quirks';
import type { ChatRequest, ChatResult } from '@q/providers/spec/chat-model';
import { ProviderError } from '@q/providers/spec/provider-error';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { type Behaviour, createFakeUpstream } from './fake-upstream.ts';

/** Short enough for tests of what never comes, long enough for a busy machine. */
export const TEST_DEADLINES: Deadlines = {
  connectMs: 2_000,
  firstTokenMs: 1_200,
  idleMs: 1_000,
  wholeAnswerMs: 1_200,
  totalMs: 8_000,
};

/** What came out of a stream before it ended or failed. */
export interface StreamOutcome {
  parts: StreamPart[];
  text: string;
  error: ProviderError | null;
}

export type AdapterHarness = Awaited<ReturnType<typeof openAdapterHarness>>;

/** How an adapter under test is made. */
type CreateAdapter = (config: { id: string; baseUrl: string; deadlines: Deadlines }) => HttpChatProvider;

const createOpenAi: CreateAdapter = (config) =>
  createOpenAiCompatibleProvider({ ...config, quirks: PRESETS.openai.quirks });

/** A provider, OpenAI-compatible unless told otherwise, and the scripted upstream it talks to. Every error must be a ProviderError: others are rethrown. */
export async function openAdapterHarness(key = 'sk-test-4f9a1c77e2b84d0d9e55', create: CreateAdapter = createOpenAi) {
  const upstream = await createFakeUpstream();
  const open = (deadlines: Partial<Deadlines> = {}) =>
    create({ id: 'fake', baseUrl: upstream.url, deadlines: { ...TEST_DEADLINES, ...deadlines } });
  const provider = open();
  const request: ChatRequest = { model: 'fake-1', messages: [{ role: 'user', content: 'Hi' }] };
  const options = (signal: AbortSignal = new AbortController().signal) => ({ signal, apiKey: key });

  return {
    upstream,
    provider,
    request,
    options,
    /** Another provider for the same upstream. */
    open,
    /** Streams one answer to its end. */
    async stream(behaviour: Behaviour, signal?: AbortSignal): Promise<StreamOutcome> {
      upstream.script(behaviour);
      const parts: StreamPart[] = [];
      const failure = await asFailure(async () => {
        for await (const part of (await provider.streamChat(request, options(signal))).parts) parts.push(part);
      });
      const text = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
      return { parts, text, error: failure };
    },
    /** Asks for one answer that is not streamed. */
    async whole(behaviour: Behaviour): Promise<ChatResult | ProviderError | null> {
      upstream.script(behaviour);
      let result: ChatResult | null = null;
      const failure = await asFailure(async () => {
        result = await provider.chat(request, options());
      });
      return failure ?? result;
    },
    async close(): Promise<void> {
      await provider.close();
      await upstream.close();
    },
  };
}

async function asFailure(work: () => Promise<void>): Promise<ProviderError | null> {
  try {
    await work();
    return null;
  } catch (thrown) {
    if (thrown instanceof ProviderError) return thrown;
    throw thrown;
  }
}
