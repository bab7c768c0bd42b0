import { DEFAULT_DEADLINES, type Deadlines } from '../http/limits.ts';
import type { UpstreamDispatcher } from '../http/post-json.ts';
import { createUpstreamAgent } from '../http/upstream-agent.ts';
import type { ChatProvider } from '../spec/chat-model.ts';
import { beginCall, type Call, type Route, readJson, requestIdOf, send } from './call.ts';
import { fromResponse } from './from-response.ts';
import { COMPATIBLE_QUIRKS, type Quirks } from './quirks.ts';
import { readStream } from './read-stream.ts';
import { toRequest } from './to-request.ts';

/** Where a provider is and how it is spoken to. */
export interface OpenAiCompatibleConfig {
  /** Our name of the provider. */
  id: string;
  /** Absolute http(s) address; `/chat/completions` is appended to its path. Keys are sent there and nowhere else: redirects are not followed. */
  baseUrl: string;
  /** Departures from `COMPATIBLE_QUIRKS`. */
  quirks?: Partial<Quirks>;
  /** Sent with every call, names in lower case. */
  headers?: Record<string, string>;
  /** Where calls go out; a pool of the provider's own when absent. Who gives one closes it. */
  dispatcher?: UpstreamDispatcher;
  /** Departures from `DEFAULT_DEADLINES`. `connectMs` holds for the provider's own pool only. */
  deadlines?: Partial<Deadlines>;
}

/** A chat provider that holds connections until it is closed. */
export type OpenAiCompatibleProvider = ChatProvider & {
  /** Resolves when the calls under way have ended and the connections are closed. */
  close(): Promise<void>;
};

/** Makes a provider that speaks OpenAI's chat format. Throws TypeError for a base URL that is none. */
export function createOpenAiCompatibleProvider(config: OpenAiCompatibleConfig): OpenAiCompatibleProvider {
  const quirks: Quirks = { ...COMPATIBLE_QUIRKS, ...config.quirks };
  const deadlines: Deadlines = { ...DEFAULT_DEADLINES, ...config.deadlines };
  // Opens nothing until it is called upon.
  const pool = createUpstreamAgent(deadlines.connectMs);
  const url = chatUrl(config.baseUrl);
  const route: Route = {
    dispatcher: config.dispatcher ?? pool,
    origin: url.origin,
    path: url.pathname + url.search,
    headers: config.headers ?? {},
    deadlines,
  };

  return {
    id: config.id,
    async chat(request, options) {
      const call = beginCall(options, deadlines);
      return closedOnFailure(call, async () => {
        const body = toRequest(request, false, quirks);
        const answer = await send(route, call, body, { accept: 'application/json', firstMs: deadlines.wholeAnswerMs });
        const result = fromResponse(await readJson(answer, call, deadlines.idleMs), quirks);
        call.watch.end();
        return { ...result, upstreamRequestId: requestIdOf(answer) };
      });
    },
    async streamChat(request, options) {
      const call = beginCall(options, deadlines);
      return closedOnFailure(call, async () => {
        const body = toRequest(request, true, quirks);
        const answer = await send(route, call, body, { accept: 'text/event-stream', firstMs: deadlines.firstTokenMs });
        call.watch.rest();
        return { parts: readStream({ answer, call, deadlines, quirks }), upstreamRequestId: requestIdOf(answer) };
      });
    },
    close: () => pool.close(),
  };
}

/** Makes every fault a ProviderError and closes the connection of a call that failed. */
async function closedOnFailure<T>({ watch }: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = watch.failureOf(error);
    watch.cancel();
    throw failure;
  }
}

function chatUrl(baseUrl: string): URL {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError('The base URL of a provider begins with http:// or https://.');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  return url;
}
