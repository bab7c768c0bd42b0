import { createHttpChatProvider, type HttpChatProvider, type HttpProviderConfig } from '../http/chat-provider.ts';
import { ANTHROPIC_ERRORS } from './errors.ts';
import { fromResponse } from './from-response.ts';
import { createStreamReader } from './from-stream.ts';
import { toRequest } from './to-request.ts';

const API_VERSION = '2023-06-01';

/** Where Anthropic's API is (`/v1/messages` is appended, or `/messages` to an address that ends in `/v1`) and what is known of its models. */
export interface AnthropicConfig extends HttpProviderConfig {
  /** The most output tokens of a model, by its name at Anthropic; undefined for one that is not known. */
  maxOutputOf?: (model: string) => number | undefined;
}

/** Makes a provider that speaks Anthropic's Messages API. Throws TypeError for a base URL that is none. */
export function createAnthropicProvider(config: AnthropicConfig): HttpChatProvider {
  const path = /\/v1\/*$/.test(new URL(config.baseUrl).pathname) ? '/messages' : '/v1/messages';
  const headers = { ...config.headers, 'anthropic-version': API_VERSION };
  return createHttpChatProvider(
    { ...config, headers },
    {
      // The arguments of a tool call come a member at a time: while one is written, nothing but pings is sent.
      deadlines: { firstTokenMs: 180_000, idleMs: 180_000 },
      keyHeader: (apiKey) => ['x-api-key', apiKey],
      errors: ANTHROPIC_ERRORS,
      toRequest(request, stream) {
        const maxOutput = request.maxOutputTokens === undefined ? config.maxOutputOf?.(request.model) : undefined;
        return { path, body: toRequest(request, stream, maxOutput) };
      },
      fromResponse,
      createStreamReader,
    },
  );
}
