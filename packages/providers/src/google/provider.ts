import { createHttpChatProvider, type HttpChatProvider, type HttpProviderConfig } from '../http/chat-provider.ts';
import { GOOGLE_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { toRequest } from './to-request.ts';

/** Makes a provider that speaks Google's Gemini API; `/models/…` is appended to its address. Throws TypeError for a base URL that is none. */
export function createGoogleProvider(config: HttpProviderConfig): HttpChatProvider {
  return createHttpChatProvider(config, {
    // Thoughts are summed up now and then, and a tool call comes whole: long silences are usual.
    deadlines: { firstTokenMs: 180_000, idleMs: 180_000 },
    // In a header and not in the address, which ends up in logs.
    keyHeader: (apiKey) => ['x-goog-api-key', apiKey],
    errors: GOOGLE_ERRORS,
    toRequest,
    fromResponse,
    createStreamReader,
  });
}
