import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../spec/chat-model.ts';
import { ProviderError } from '../spec/provider-error.ts';
import type { StreamPart } from '../spec/stream-part.ts';
import { createSandboxProvider } from './provider.ts';

const knowledge = {
  models: () => [],
  docs: () => [{ title: 'Keys', text: 'Grüße: open the menu. STOP here.', keywords: ['key'] }],
};
const sandbox = createSandboxProvider({ knowledge, pace: 0 });
const signal = () => new AbortController().signal;
const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'guide',
  messages: [{ role: 'user', content: 'key?' }],
  ...more,
});

async function collect(parts: AsyncIterable<StreamPart>): Promise<StreamPart[]> {
  const all: StreamPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

const textOf = (parts: StreamPart[]) =>
  parts.map((part) => (part.type === 'text-delta' && part.choice === 0 ? part.text : '')).join('');

describe('the sandbox provider', () => {
  it('streams word by word what it answers whole, then a finish, then usage', async () => {
    const whole = await sandbox.chat(request(), { signal: signal() });
    const parts = await collect((await sandbox.streamChat(request(), { signal: signal() })).parts);
    expect(textOf(parts)).toBe(whole.choices[0]?.text);
    expect(parts.filter((part) => part.type === 'text-delta').length).toBeGreaterThan(10);
    expect(parts.slice(-2)).toEqual([
      { type: 'finish', choice: 0, reason: 'stop', raw: null },
      { type: 'usage', usage: whole.usage },
    ]);
  });

  it('counts tokens by its rule: a quarter of the bytes, rounded up, and four a message', async () => {
    const messages: ChatRequest['messages'] = [
      { role: 'system', content: 'é' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'key' },
          { type: 'image_url', image_url: { url: 'https://x/y.png' } },
        ],
      },
    ];
    const { choices, usage } = await sandbox.chat(request({ messages }), { signal: signal() });
    const bytes = Buffer.byteLength(choices[0]?.text ?? '');
    expect(usage).toEqual({
      inputTokens: Math.ceil(5 / 4) + 8,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: Math.ceil(bytes / 4),
      reasoningTokens: 0,
    });
  });

  it.each([1, 4, 5, 6, 30])('stops at a ceiling of %i tokens, between characters', async (maxOutputTokens) => {
    const { choices, usage } = await sandbox.chat(request({ maxOutputTokens }), { signal: signal() });
    expect(choices[0]?.finishReason).toBe('length');
    expect(usage?.outputTokens).toBeLessThanOrEqual(maxOutputTokens);
    expect(usage?.outputTokens).toBeGreaterThanOrEqual(maxOutputTokens - 1);
    expect(choices[0]?.text).not.toContain('\ufffd');
  });

  it('ends before a stop sequence', async () => {
    const { choices } = await sandbox.chat(request({ stop: ['nowhere', 'STOP'] }), { signal: signal() });
    expect(choices[0]).toMatchObject({ text: '**Keys**\n\nGrüße: open the menu. ', finishReason: 'stop' });
  });

  it('gives as many alternatives as are asked for, and charges for each', async () => {
    const one = await sandbox.chat(request(), { signal: signal() });
    const two = await sandbox.chat(request({ n: 2 }), { signal: signal() });
    expect(two.choices).toHaveLength(2);
    expect(two.usage?.outputTokens).toBe((one.usage?.outputTokens ?? 0) * 2);
    const parts = await collect((await sandbox.streamChat(request({ n: 2 }), { signal: signal() })).parts);
    expect(parts.filter((part) => part.type === 'finish').map((part) => part.choice)).toEqual([0, 1]);
  });

  it('answers as a JSON object when asked to', async () => {
    const { choices } = await sandbox.chat(request({ responseFormat: { type: 'json_object' } }), { signal: signal() });
    expect(JSON.parse(choices[0]?.text ?? '')).toEqual({ answer: expect.stringContaining('**Keys**'), models: [] });
  });

  it.each<[Partial<ChatRequest>, string]>([
    [{ toolChoice: 'required' }, 'tool_choice'],
    [{ toolChoice: { type: 'function', function: { name: 'f' } } }, 'tool_choice'],
    [{ responseFormat: { type: 'json_schema', json_schema: {} } }, 'response_format'],
    [{ model: 'other' }, 'model'],
  ])('refuses what it cannot do: %j', async (more, param) => {
    await expect(sandbox.chat(request(more), { signal: signal() })).rejects.toMatchObject({
      kind: 'invalid_request',
      param,
    });
    await expect(sandbox.streamChat(request(more), { signal: signal() })).rejects.toBeInstanceOf(ProviderError);
  });

  it('answers although tools are offered', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'f' } }];
    expect(
      (await sandbox.chat(request({ tools, toolChoice: 'auto' }), { signal: signal() })).choices[0]?.toolCalls,
    ).toEqual([]);
  });

  it('keeps the pace', async () => {
    const quick = createSandboxProvider({ knowledge, pace: 400 });
    const started = performance.now();
    const parts = await collect((await quick.streamChat(request(), { signal: signal() })).parts);
    const usage = parts.at(-1);
    const tokens = usage?.type === 'usage' ? usage.usage.outputTokens : 0;
    const seconds = (performance.now() - started) / 1_000;
    expect(seconds).toBeGreaterThan((tokens / 400) * 0.7);
    expect(seconds).toBeLessThan((tokens / 400) * 3 + 10);
  });

  it('stops at once when it is told to', async () => {
    const slow = createSandboxProvider({ knowledge, pace: 0.001 });
    const stop = new AbortController();
    const { parts } = await slow.streamChat(request(), { signal: stop.signal });
    const reader = parts[Symbol.asyncIterator]();
    await reader.next();
    const waiting = reader.next();
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' });
    await expect(sandbox.chat(request(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  });
});
