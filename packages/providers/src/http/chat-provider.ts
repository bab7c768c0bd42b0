import type { ChatProvider, ChatRequest, ChatResult } from '../spec/chat-model.ts';
import { beginCall, closedOnFailure, type ErrorReader, type Route, readJson, requestIdOf, send } from './call.ts';
import { DEFAULT_DEADLINES, type Deadlines } from './limits.ts';
import type { UpstreamDispatcher } from './post-json.ts';
import { createNdjsonReader } from './read-ndjson.ts';
import { createSseReader } from './read-sse.ts';
import { readStream, type StreamReader } from './read-stream.ts';
import { createUpstreamAgent } from './upstream-agent.ts';

/** Where a provider is and how long it is waited for. */
export interface HttpProviderConfig {
  /** Our name of the provider. */
  id: string;
  /** Absolute http(s) address; the format's own path is appended. Keys are sent there and nowhere else: redirects are not followed. */
  baseUrl: string;
  /** Sent with every call, names in lower case. */
  headers?: Record<string, string>;
  /** Where calls go out; a pool of the provider's own when absent. Who gives one closes it. */
  dispatcher?: UpstreamDispatcher;
  /** Departures from the deadlines of the format. `connectMs` holds for the provider's own pool only. */
  deadlines?: Partial<Deadlines>;
}

/** A chat provider that holds connections until it is closed. */
export type HttpChatProvider = ChatProvider & {
  /** Resolves when the calls under way have ended and the connections are closed. */
  close(): Promise<void>;
};

/** How streams are framed, by the name of a format's framing. */
const FRAMINGS = {
  sse: { accept: 'text/event-stream', createEventReader: createSseReader },
  ndjson: { accept: 'application/x-ndjson', createEventReader: createNdjsonReader },
} as const;

/** One provider's format: all that differs between providers that are spoken to by posting JSON. */
export interface ChatFormat {
  /** Departures from `DEFAULT_DEADLINES` that the format needs. */
  deadlines?: Partial<Deadlines>;
  /** How its streams are cut into events; server-sent events when absent. */
  framing?: keyof typeof FRAMINGS;
  /** The header a key goes into. */
  keyHeader: Route['keyHeader'];
  errors: ErrorReader;
  /** Path and query after the base URL, and the JSON body. Throws ProviderError `invalid_request` for what the provider cannot do. */
  toRequest(request: ChatRequest, stream: boolean): { path: string; body: Record<string, unknown> };
  /** Reads a whole answer, already known to hold no error. */
  fromResponse(body: unknown): Omit<ChatResult, 'upstreamRequestId'>;
  /** A reader for one stream. `secret` is the key in use, kept out of messages. */
  createStreamReader(secret: string | undefined): StreamReader;
}

/** Makes a provider out of its format. Throws TypeError for a base URL that is none. */
export function createHttpChatProvider(config: HttpProviderConfig, format: ChatFormat): HttpChatProvider {
  const deadlines: Deadlines = { ...DEFAULT_DEADLINES, ...format.deadlines, ...config.deadlines };
  // Opens nothing until it is called upon.
  const pool = createUpstreamAgent(deadlines.connectMs);
  const base = baseOf(config.baseUrl);
  const framing = FRAMINGS[format.framing ?? 'sse'];
  const route: Route = {
    dispatcher: config.dispatcher ?? pool,
    origin: base.origin,
    headers: config.headers ?? {},
    keyHeader: format.keyHeader,
    errors: format.errors,
    deadlines,
  };

  return {
    id: config.id,
    async chat(request, options) {
      const call = beginCall(options, deadlines);
      return closedOnFailure(call, async () => {
        const { path, body } = format.toRequest(request, false);
        const firstMs = deadlines.wholeAnswerMs;
        const answer = await send(route, call, { path: base.path(path), body, accept: 'application/json', firstMs });
        const result = format.fromResponse(await readJson(answer, call, route));
        call.watch.end();
        return { ...result, upstreamRequestId: requestIdOf(answer) };
      });
    },
    async streamChat(request, options) {
      const call = beginCall(options, deadlines);
      return closedOnFailure(call, async () => {
        const { path, body } = format.toRequest(request, true);
        const firstMs = deadlines.firstTokenMs;
        const answer = await send(route, call, { path: base.path(path), body, accept: framing.accept, firstMs });
        call.watch.rest();
        const reader = format.createStreamReader(call.apiKey);
        const events = framing.createEventReader();
        return {
          parts: readStream({ answer, call, deadlines, events, reader }),
          upstreamRequestId: requestIdOf(answer),
        };
      });
    },
    close: () => pool.close(),
  };
}

/** Origin and path of a provider; a query of the base URL goes with every call. */
function baseOf(baseUrl: string): { origin: string; path(path: string): string } {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError('The base URL of a provider begins with http:// or https://.');
  const prefix = url.pathname.replace(/\/+$/, '');
  const query = url.search.slice(1);
  return {
    origin: url.origin,
    path: (path) => `${prefix}${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`,
  };
}
