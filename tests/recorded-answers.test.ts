import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { createAnthropicProvider } from '@q/providers/anthropic/provider';
import { createCohereProvider } from '@q/providers/cohere/provider';
import { createGoogleProvider } from '@q/providers/google/provider';
import type { UpstreamDispatcher } from '@q/providers/http/post-json';
import { redact } from '@q/providers/http/redact';
import { createOllamaProvider } from '@q/providers/ollama/provider';
import { createOpenAiCompatibleProvider } from '@q/providers/openai-compatible/provider';
import { COMPATIBLE_QUIRKS, PRESETS, type Quirks } from '@q/providers/openai-compatible/quirks';
import { createOpenAiResponsesProvider } from '@q/providers/openai-responses/provider';
import type { ChatProvider, ChatResult } from '@q/providers/spec/chat-model';
import { ProviderError } from '@q/providers/spec/provider-error';
import type { StreamPart } from '@q/providers/spec/stream-part';
import { describe, expect, it } from 'vitest';

/**
 * Replays answers recorded from real providers. They are too many to be part of the repository: the folder is named by RECORDED_ANSWERS_DIR,
 * or lies beside the repository; without it these tests are skipped. Each line of `cases*.jsonl.gz` is one `RecordedCase`.
 */
const folder = process.env['RECORDED_ANSWERS_DIR'] ?? join(import.meta.dirname, '..', '..', 'shared', 'wire');
const file = join(folder, 'cases_dev.jsonl.gz');
const CUT_BYTES = 7;
/** Microtasks within which what has come is read. */
const READING_TURNS = 24;

interface RecordedUsage {
  input: number;
  output: number;
  cached: number;
  cacheWrite: number;
  reasoning: number;
  /** What Cohere charges for, which is less than what its models see. */
  billedInput?: number;
  billedOutput?: number;
}

interface RecordedCase {
  id: string;
  provider: string;
  api: string;
  kind: 'json' | 'stream' | 'error';
  response: { status: number; headers: Record<string, string>; body: string };
  expect: {
    text: string;
    reasoning: string;
    tools: { name: string; args: unknown }[];
    finish: string | null;
    usage: RecordedUsage | null;
    error: { status?: number; message: string } | null;
  };
}

/** Recordings this adapter reads differently on purpose. */
const DISPUTED: Record<string, string> = {
  '10141b4072af':
    'two answers glued into one recording, both numbering their tool call 0: two calls, not one with both arguments',
  '22cb52cd7863': 'a rerank answer, not a chat answer',
  '32ba1a996328': 'the text in pieces and the whole text contradict each other; the pieces are with the caller already',
  '338aa7957670':
    'a second message_start amid the answer: a fault, since what came before it is with the caller already',
  '26b1b96c4c43': 'fifteen answers glued into one recording: the first ends at its message_stop',
  '3257db67461a': 'two answers glued into one recording: the first ends at its message_stop',
  '375ffe0939e6': 'two answers glued into one recording: the first ends at its message_stop',
  '5c52c46505c9': 'no count of the prompt: usage counts as missing rather than as a prompt of no tokens',
  '50551b47ca78': 'arguments in pieces, by an option that is never sent; the expectation counts each piece as a call',
  '5a0ec9940cd2': 'arguments in pieces, by an option that is never sent; the expectation counts each piece as a call',
  b21a8953cfd0: 'ends with an error (499): it is thrown, after the text before it',
  d0f101e5d27c: 'frames of a voice session, not a chat answer',
  '2f49a7ea1359': 'an image answer, not a chat answer',
  b55be6924767: 'an image answer, not a chat answer',
  bd231482307c: 'an image answer, not a chat answer',
  c1142a03833a: 'an image answer, not a chat answer',
  '97981d53186d': 'a token count, not a chat answer',
  be61fc499085: 'a token count, not a chat answer',
};

const QUIRKS: Record<string, Partial<Quirks>> = {
  openai: PRESETS.openai.quirks,
  'azure-openai': PRESETS.openai.quirks,
  xai: PRESETS.xai.quirks,
  gemini: PRESETS.google.quirks,
  mistral: PRESETS.mistral.quirks,
};

/** Answers every request with one recorded answer, cut into pieces of `cut` bytes. */
function replay(recorded: RecordedCase, cut: number): UpstreamDispatcher {
  const { status, headers, body } = recorded.response;
  return {
    dispatch(_options, handler) {
      const bytes = Buffer.from(body);
      let offset = 0;
      const controller = {
        aborted: false,
        paused: false,
        reason: null,
        abort: () => {
          controller.aborted = true;
        },
        pause: () => {
          controller.paused = true;
        },
        resume: () => {
          controller.paused = false;
          setImmediate(() => void flow());
        },
      };
      const flow = async () => {
        while (!controller.paused && !controller.aborted && offset < bytes.length) {
          handler.onResponseData?.(controller, bytes.subarray(offset, offset + cut));
          offset += cut;
          // Pieces that come together are read together: each of these is to be read by itself.
          for (let turn = 0; turn < READING_TURNS; turn += 1) await null;
        }
        if (offset < bytes.length || controller.aborted) return;
        controller.aborted = true;
        handler.onResponseEnd?.(controller, {});
      };
      setImmediate(() => {
        handler.onRequestStart?.(controller, {});
        handler.onResponseStart?.(controller, status || 200, headers);
        void flow();
      });
      return true;
    },
  };
}

async function load(): Promise<RecordedCase[]> {
  const cases: RecordedCase[] = [];
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const recorded = JSON.parse(line) as RecordedCase;
    if (recorded.api in OPENERS) cases.push(recorded);
  }
  return cases;
}

type Opener = (recorded: RecordedCase, dispatcher: UpstreamDispatcher) => ChatProvider;

const baseUrl = 'http://127.0.0.1';
/** How a recording is played, by the format it is in. */
const OPENERS: Record<string, Opener> = {
  chat: ({ provider: id }, dispatcher) =>
    createOpenAiCompatibleProvider({ id, baseUrl, quirks: QUIRKS[id] ?? COMPATIBLE_QUIRKS, dispatcher }),
  messages: ({ provider: id }, dispatcher) => createAnthropicProvider({ id, baseUrl, dispatcher }),
  generateContent: ({ provider: id }, dispatcher) => createGoogleProvider({ id, baseUrl, dispatcher }),
  'chat-native': ({ provider: id }, dispatcher) => createOllamaProvider({ id, baseUrl, dispatcher }),
  generate: ({ provider: id }, dispatcher) => createOllamaProvider({ id, baseUrl, dispatcher }),
  'chat-v2': ({ provider: id }, dispatcher) => createCohereProvider({ id, baseUrl, dispatcher }),
  streamGenerateContent: ({ provider: id }, dispatcher) => createGoogleProvider({ id, baseUrl, dispatcher }),
  responses: ({ provider: id }, dispatcher) => createOpenAiResponsesProvider({ id, baseUrl, dispatcher }),
};

interface Gathered {
  text: string;
  reasoning: string;
  tools: { name: string; args: string }[];
  finish: string | null;
  usage: RecordedUsage | null;
  error: { status: number; message: string } | null;
}

function fromResult(result: ChatResult): Gathered {
  const choice = result.choices[0]!;
  return {
    text: choice.text,
    reasoning: choice.reasoning,
    tools: choice.toolCalls.map((call) => ({ name: call.function.name, args: call.function.arguments })),
    finish: choice.finishReason,
    usage: usageOf(result.usage),
    error: null,
  };
}

function usageOf(usage: ChatResult['usage']): RecordedUsage | null {
  return (
    usage && {
      input: usage.inputTokens,
      output: usage.outputTokens,
      cached: usage.cachedInputTokens,
      cacheWrite: usage.cacheWriteTokens,
      reasoning: usage.reasoningTokens,
    }
  );
}

async function play(recorded: RecordedCase, cut: number): Promise<Gathered> {
  const provider = OPENERS[recorded.api]!(recorded, replay(recorded, cut));
  const request = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }] };
  const options = { signal: new AbortController().signal, apiKey: 'the-key-of-this-test' };
  const gathered: Gathered = { text: '', reasoning: '', tools: [], finish: null, usage: null, error: null };
  try {
    if (recorded.kind !== 'stream') return fromResult(await provider.chat(request, options));
    const { parts } = await provider.streamChat(request, options);
    for await (const part of parts) gather(gathered, part);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    gathered.error = { status: error.status, message: error.message };
  }
  return gathered;
}

function gather(gathered: Gathered, part: StreamPart): void {
  if (part.type === 'usage') gathered.usage = usageOf(part.usage);
  else if (part.choice !== 0) return;
  else if (part.type === 'text-delta') gathered.text += part.text;
  else if (part.type === 'reasoning-delta') gathered.reasoning += part.text;
  else if (part.type === 'finish') gathered.finish = part.reason;
  else if (part.type === 'tool-call-delta') {
    const tool = gathered.tools[part.index] ?? { name: '', args: '' };
    gathered.tools[part.index] = { name: tool.name + (part.name ?? ''), args: tool.args + part.arguments };
  }
}

function check(recorded: RecordedCase, seen: Gathered): void {
  const wanted = recorded.expect;
  if (wanted.error === null) expect(seen.error).toBeNull();
  else {
    if (recorded.kind === 'error') expect(seen.error?.status).toBe(recorded.response.status);
    if (wanted.error.message !== '') expect(seen.error?.message).toBe(redact(wanted.error.message, undefined));
    if (recorded.kind !== 'stream') return;
  }
  expect(seen.text).toBe(wanted.text);
  // The expectations of the Responses API know summaries of reasoning only, where some providers send it in full.
  const isInFull = recorded.api === 'responses' && recorded.response.body.includes('"reasoning_text"');
  if (isInFull && wanted.reasoning === '') expect(seen.reasoning).not.toBe('');
  else expect(seen.reasoning).toBe(wanted.reasoning);
  expect(seen.tools.map(({ name, args }) => ({ name, args: argumentsOf(args) }))).toEqual(
    // A tool without parameters that was called with null: callers expect an object.
    wanted.tools.map(({ name, args }) => ({ name, args: args ?? {} })),
  );
  // A reason nobody knows has no word in the chat format; the provider's own is passed on beside it.
  if (wanted.finish !== null) expect(seen.finish).toBe(wanted.finish === 'other' ? 'stop' : wanted.finish);
  expect(seen.usage).toEqual(wanted.usage && billedUsageOf(wanted.usage));
}

/** The usage that is charged for: a provider that counts twice tells no part of what it charges for to be cached. */
function billedUsageOf({ billedInput, billedOutput, ...usage }: RecordedUsage): RecordedUsage {
  if (billedInput === undefined || billedOutput === undefined) return usage;
  return { ...usage, input: Math.ceil(billedInput), output: Math.ceil(billedOutput), cached: 0 };
}

function argumentsOf(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return { __raw__: text };
  }
}

describe.skipIf(!existsSync(file))('answers recorded from real providers', async () => {
  const cases = existsSync(file) ? await load() : [];
  const nameOf = ({ provider, api }: RecordedCase) => (api === 'chat' ? provider : `${provider} (${api})`);
  const providers = [...new Set(cases.map(nameOf))].sort();

  for (const cut of [Number.POSITIVE_INFINITY, CUT_BYTES]) {
    const how = cut === CUT_BYTES ? `cut every ${CUT_BYTES} bytes` : 'whole';
    it.each(providers)(`reads those of %s, ${how}`, async (provider) => {
      const failed: string[] = [];
      for (const recorded of cases.filter((one) => nameOf(one) === provider && !(one.id in DISPUTED))) {
        try {
          check(recorded, await play(recorded, cut));
        } catch (error) {
          failed.push(`${recorded.id} ${recorded.kind}: ${String(error).slice(0, 400)}`);
        }
      }
      expect(failed).toEqual([]);
    });
  }
});
