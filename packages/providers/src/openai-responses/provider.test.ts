import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HttpChatProvider } from '../http/chat-provider.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { fixtureOf } from '../testing/stream-checks.ts';
import { createOpenAiResponsesProvider } from './provider.ts';

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const options = { apiKey: 'sk-key-of-the-test', signal: new AbortController().signal };

let server: Server;
let provider: HttpChatProvider;
let asked: { url: string | undefined; key: string | undefined; body: Record<string, unknown> }[];
let answer: { status: number; type: string; body: string | Buffer };

async function note(incoming: IncomingMessage): Promise<void> {
  const body = JSON.parse(await text(incoming));
  asked.push({ url: incoming.url, key: incoming.headers.authorization, body });
}

beforeEach(async () => {
  asked = [];
  server = createServer((incoming, outgoing) => {
    void note(incoming).then(() => {
      outgoing.writeHead(answer.status, { 'content-type': answer.type, 'x-request-id': 'req_1' });
      outgoing.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  provider = createOpenAiResponsesProvider({ id: 'openai', baseUrl: `http://127.0.0.1:${port}/v1/` });
});

afterEach(async () => {
  await provider.close();
  await new Promise((resolve) => server.close(resolve));
});

it('asks for a whole answer at /responses, with the key as a bearer', async () => {
  const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }];
  const body = JSON.stringify({ object: 'response', status: 'completed', error: null, output });
  answer = { status: 200, type: 'application/json', body };
  const result = await provider.chat(request, options);
  expect(result).toMatchObject({ choices: [{ text: 'Hello', finishReason: 'stop' }], upstreamRequestId: 'req_1' });
  expect(asked).toMatchObject([
    { url: '/v1/responses', key: 'Bearer sk-key-of-the-test', body: { model: 'm', stream: false, store: false } },
  ]);
});

it('asks for a stream', async () => {
  answer = { status: 200, type: 'text/event-stream', body: fixtureOf('refusal.sse', import.meta.url) };
  const { parts } = await provider.streamChat(request, options);
  const seen: StreamPart['type'][] = [];
  for await (const part of parts) seen.push(part.type);
  expect(seen).toEqual(['refusal-delta', 'refusal-delta', 'finish', 'usage']);
  expect(asked).toMatchObject([{ url: '/v1/responses', body: { stream: true } }]);
});

it('throws the error inside a good status, without the key', async () => {
  const error = { code: 'server_error', message: 'no sk-key-of-the-test' };
  const body = JSON.stringify({ object: 'response', status: 'failed', error, output: [] });
  answer = { status: 200, type: 'application/json', body };
  await expect(provider.chat(request, options)).rejects.toMatchObject({ kind: 'upstream', message: 'no [redacted]' });
});

it('asks for nothing that it cannot have', async () => {
  await expect(provider.chat({ ...request, stop: ['END'] }, options)).rejects.toMatchObject({ param: 'stop' });
  expect(asked).toEqual([]);
});
