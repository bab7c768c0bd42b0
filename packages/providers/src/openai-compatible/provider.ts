import { createHttpChatProvider, type HttpChatProvider, type HttpProviderConfig } from '../http/chat-provider.ts';
import { errorFromAnswer, errorFromObject } from './errors.ts';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { COMPATIBLE_QUIRKS, type Quirks } from './quirks.ts';
import { toRequest } from './to-request.ts';

/** Where a provider is and how it is spoken to. `/chat/completions` is appended to its address. */
export interface OpenAiCompatibleConfig extends HttpProviderConfig {
  /** Departures from `COMPATIBLE_QUIRKS`. */
  quirks?: Partial<Quirks>;
}

/** Makes a provider that speaks OpenAI's chat format. Throws TypeError for a base URL that is none. */
export function createOpenAiCompatibleProvider(config: OpenAiCompatibleConfig): HttpChatProvider {
  const quirks: Quirks = { ...COMPATIBLE_QUIRKS, ...config.quirks };
  return createHttpChatProvider(config, {
    keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
    errors: { fromAnswer: errorFromAnswer, fromObject: errorFromObject },
    toRequest: (request, stream) => ({ path: '/chat/completions', body: toRequest(request, stream, quirks) }),
    fromResponse: (body) => fromResponse(body, quirks),
    createStreamReader: (secret) => createStreamReader(quirks, secret),
  });
}
