import { createHttpChatProvider, type HttpChatProvider, type HttpProviderConfig } from '../http/chat-provider.ts';
import { ollamaAddress } from './address.ts';
import { OLLAMA_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { toRequest } from './to-request.ts';

/** A model that is not in memory is loaded first, from a disk: that may take minutes. */
const LOADING_MS = 300_000;

/**
 * Makes a provider that speaks Ollama's own API (`/api/chat`), which needs no key; one that is given is sent as a bearer token, as Ollama's cloud
 * wants it. Throws TypeError for a base URL that is none.
 */
export function createOllamaProvider(config: HttpProviderConfig): HttpChatProvider {
  return createHttpChatProvider(
    { ...config, baseUrl: ollamaAddress(config.baseUrl) },
    {
      deadlines: { firstTokenMs: LOADING_MS, wholeAnswerMs: 2 * LOADING_MS, idleMs: 60_000 },
      framing: 'ndjson',
      keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
      errors: OLLAMA_ERRORS,
      toRequest: (request, stream) => ({ path: '/api/chat', body: toRequest(request, stream) }),
      fromResponse,
      createStreamReader,
    },
  );
}
