import type { ChatProvider, ChatRequest, ChatResult } from '../spec/chat-model.ts';
import { askWhole } from './ask-whole.ts';
import { beginCall, closedOnFailure, requestIdOf, send } from './call.ts';
import { ANSWER_BYTES_MAX } from './limits.ts';
import { openRoute, type RouteConfig, type RouteFormat } from './open-route.ts';
import { createNdjsonReader } from './read-ndjson.ts';
import { createSseReader } from './read-sse.ts';
import { readStream, type StreamReader } from './read-stream.ts';

/** Where a provider is, how long it is waited for, and our name of it. */
export interface HttpProviderConfig extends RouteConfig {
  id: string;
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
export interface ChatFormat extends RouteFormat {
  /** How its streams are cut into events; server-sent events when absent. */
  framing?: keyof typeof FRAMINGS;
  /** Path and query after the base URL, and the JSON body. Throws ProviderError `invalid_request` for what the provider cannot do. */
  toRequest(request: ChatRequest, stream: boolean): { path: string; body: Record<string, unknown> };
  /** Reads a whole answer, already known to hold no error. */
  fromResponse(body: unknown): Omit<ChatResult, 'upstreamRequestId'>;
  /** A reader for one stream. `secret` is the key in use, kept out of messages. */
  createStreamReader(secret: string | undefined): StreamReader;
}

/** Makes a provider out of its format. Throws TypeError for a base URL that is none. */
export function createHttpChatProvider(config: HttpProviderConfig, format: ChatFormat): HttpChatProvider {
  const { route, path: pathOf, close } = openRoute(config, format);
  const { deadlines } = route;
  const framing = FRAMINGS[format.framing ?? 'sse'];

  return {
    id: config.id,
    chat: (request, options) =>
      askWhole(route, options, {
        write() {
          const { path, body } = format.toRequest(request, false);
          return { path: pathOf(path), body, accept: 'application/json', firstMs: deadlines.wholeAnswerMs };
        },
        bytesMax: ANSWER_BYTES_MAX,
        read(body, upstreamRequestId) {
          const { choices, usage } = format.fromResponse(body);
          return { choices, usage, upstreamRequestId };
        },
      }),
    async streamChat(request, options) {
      const call = beginCall(options, deadlines);
      return closedOnFailure(call, async () => {
        const { path, body } = format.toRequest(request, true);
        const firstMs = deadlines.firstTokenMs;
        const answer = await send(route, call, { path: pathOf(path), body, accept: framing.accept, firstMs });
        call.watch.rest();
        const reader = format.createStreamReader(call.apiKey);
        const events = framing.createEventReader();
        return {
          parts: readStream({ answer, call, deadlines, events, reader }),
          upstreamRequestId: requestIdOf(answer.headers),
        };
      });
    },
    close,
  };
}
