import { createAnthropicProvider } from '@q/providers/anthropic/provider';
import { createCohereProvider } from '@q/providers/cohere/provider';
import { createGoogleProvider } from '@q/providers/google/provider';
import type { HttpChatProvider, HttpProviderConfig } from '@q/providers/http/chat-provider';
import { createOllamaProvider } from '@q/providers/ollama/provider';
import type { Behaviour } from './fake-upstream.ts';
import { openStream, sendsJson } from './upstream-events.ts';

/** A provider's own format, as far as a scripted upstream has to write it. */
export interface UpstreamFormat {
  name: string;
  create(config: HttpProviderConfig): HttpChatProvider;
  /** The header that bears the key, and what stands before the key in it. */
  keyHeader: readonly [name: string, prefix: string];
  /** The path a stream is asked for at, below the base URL. */
  streamPath: string;
  /** What comes before the text of a stream. */
  opening: string;
  /** A piece of text as an event. */
  text(text: string): string;
  /** What ends a good stream: 10 tokens in, of which `cached` are cached, and 4 out. */
  ending: string;
  cached: number;
  /** What may come before and within a stream and says nothing. */
  noise: string;
  unknown: string;
  /** An answer that is not streamed, with the same usage. */
  whole(text: string): string;
  /** The body of an error, which also stands for one in the middle of a stream. */
  error(message: string): string;
  /** An error as it comes in the middle of a stream. */
  errorEvent(message: string): string;
}

const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;

const SSE_NOISE = '\ufeff: hi\nretry: 1\nid: 1\n\nevent: ping\ndata: {"type":"ping"}\n\n';
const SSE_UNKNOWN = 'event: execute\ndata: {"type":"execute","code":"x"}\n\n';

const ANTHROPIC_USAGE = { input_tokens: 8, cache_read_input_tokens: 2, output_tokens: 4 };
const anthropicError = (message: string) => JSON.stringify({ type: 'error', error: { type: 'api_error', message } });

/** Anthropic's Messages API. */
export const ANTHROPIC_FORMAT: UpstreamFormat = {
  name: 'Anthropic',
  create: createAnthropicProvider,
  keyHeader: ['x-api-key', ''],
  cached: 2,
  noise: SSE_NOISE,
  unknown: SSE_UNKNOWN,
  streamPath: '/messages',
  opening: event({ type: 'message_start', message: { usage: { ...ANTHROPIC_USAGE, output_tokens: 1 } } }),
  text: (text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  ending:
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } }) +
    event({ type: 'message_stop' }),
  whole: (text) =>
    JSON.stringify({
      type: 'message',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      usage: ANTHROPIC_USAGE,
    }),
  error: anthropicError,
  errorEvent: (message) => `event: error\ndata: ${anthropicError(message)}\n\n`,
};

const GOOGLE_USAGE = {
  promptTokenCount: 10,
  cachedContentTokenCount: 2,
  candidatesTokenCount: 3,
  thoughtsTokenCount: 1,
};
const googleAnswer = (text: string, more: object = {}) => ({
  candidates: [{ content: { parts: [{ text }] }, ...more }],
});
const googleError = (message: string) => JSON.stringify({ error: { code: 500, message, status: 'INTERNAL' } }, null, 2);

/** Google's Gemini API. */
export const GOOGLE_FORMAT: UpstreamFormat = {
  name: 'Google',
  create: createGoogleProvider,
  keyHeader: ['x-goog-api-key', ''],
  cached: 2,
  noise: SSE_NOISE,
  unknown: SSE_UNKNOWN,
  streamPath: '/models/fake-1:streamGenerateContent?alt=sse',
  opening: '',
  text: (text) => event(googleAnswer(text)),
  ending: event({ ...googleAnswer('', { finishReason: 'STOP' }), usageMetadata: GOOGLE_USAGE }),
  whole: (text) => JSON.stringify({ ...googleAnswer(text, { finishReason: 'STOP' }), usageMetadata: GOOGLE_USAGE }),
  error: googleError,
  errorEvent: (message) => `${googleError(message)}\n`,
};

const COHERE_END = {
  finish_reason: 'COMPLETE',
  usage: {
    billed_units: { input_tokens: 10, output_tokens: 4 },
    tokens: { input_tokens: 510, output_tokens: 7 },
    cached_tokens: 448,
  },
};
const cohereError = (message: string) => JSON.stringify({ id: 'fake', message });

/** Cohere's Chat API, version 2. It counts more tokens than it bills. */
export const COHERE_FORMAT: UpstreamFormat = {
  name: 'Cohere',
  create: createCohereProvider,
  keyHeader: ['authorization', 'Bearer '],
  cached: 0,
  noise: SSE_NOISE,
  unknown: SSE_UNKNOWN,
  streamPath: '/v2/chat',
  opening: event({ type: 'message-start', id: 'fake', delta: { message: { role: 'assistant', content: [] } } }),
  text: (text) => event({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } }),
  ending: `${event({ type: 'message-end', delta: COHERE_END })}data: [DONE]\n\n`,
  whole: (text) =>
    JSON.stringify({ id: 'fake', message: { role: 'assistant', content: [{ type: 'text', text }] }, ...COHERE_END }),
  error: cohereError,
  errorEvent: (message) => `data: ${cohereError(message)}\n\n`,
};

const line = (value: object) => `${JSON.stringify(value)}\n`;
const ollamaAnswer = (content: string, more: object = { done: false }) => ({
  model: 'fake-1',
  message: { role: 'assistant', content },
  ...more,
});
const OLLAMA_END = { done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 4 };

/** Ollama's own API, below a path: at the end of an address its other API's path is dropped. */
export const OLLAMA_FORMAT: UpstreamFormat = {
  name: 'Ollama',
  create: (config) => createOllamaProvider({ ...config, baseUrl: `${config.baseUrl}/ollama` }),
  keyHeader: ['authorization', 'Bearer '],
  cached: 0,
  noise: '\ufeff\n\n',
  unknown: line({ type: 'execute', code: 'x' }),
  streamPath: '/ollama/api/chat',
  opening: '',
  text: (text) => line(ollamaAnswer(text)),
  ending: line(ollamaAnswer('', OLLAMA_END)),
  whole: (text) => JSON.stringify(ollamaAnswer(text, OLLAMA_END)),
  error: (message) => JSON.stringify({ error: message }),
  errorEvent: (message) => line({ error: message }),
};

/** Answers in a format of its own, streamed if that was asked for. */
export function answersIn(
  format: UpstreamFormat,
  pieces: readonly string[] = ['Hello', ', ', 'world', '!'],
): Behaviour {
  return async (exchange) => {
    const isStream = exchange.isStream || exchange.request.path.includes('streamGenerateContent');
    if (!isStream) return sendsJson(200, format.whole(pieces.join('')))(exchange);
    openStream(exchange);
    await exchange.write(format.opening);
    for (const piece of pieces) await exchange.write(format.text(piece));
    exchange.response.end(format.ending);
  };
}
