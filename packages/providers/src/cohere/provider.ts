import { createHttpChatProvider, type HttpChatProvider, type HttpProviderConfig } from '../http/chat-provider.ts';
import { COHERE_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { toRequest } from './to-request.ts';

/**
 * Makes a provider that speaks version 2 of Cohere's Chat API. `/v2/chat` is appended to its address, or `/chat` to one that ends in `/v2`.
 * Throws TypeError for a base URL that is none.
 */
export function createCohereProvider(config: HttpProviderConfig): HttpChatProvider {
  const path = /\/v2\/*$/.test(new URL(config.baseUrl).pathname) ? '/chat' : '/v2/chat';
  return createHttpChatProvider(config, {
    keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
    errors: COHERE_ERRORS,
    toRequest: (request, stream) => ({ path, body: toRequest(request, stream) }),
    fromResponse,
    createStreamReader,
  });
}
