import { createHttpChatProvider, type HttpChatProvider, type HttpProviderConfig } from '../http/chat-provider.ts';
import { RESPONSES_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { toRequest } from './to-request.ts';

/** Makes a provider that speaks OpenAI's Responses API; `/responses` is appended to its address. Throws TypeError for a base URL that is none. */
export function createOpenAiResponsesProvider(config: HttpProviderConfig): HttpChatProvider {
  return createHttpChatProvider(config, {
    // A model may reason for minutes before its first word and between two items, and shows nothing of it.
    deadlines: { firstTokenMs: 180_000, idleMs: 180_000 },
    keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
    errors: RESPONSES_ERRORS,
    toRequest: (request, stream) => ({ path: '/responses', body: toRequest(request, stream) }),
    fromResponse,
    createStreamReader,
  });
}
