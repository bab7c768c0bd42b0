import { createHash } from 'node:crypto';
import { type Analysis, NOTHING_REQUIRED, type Requirements, type Task } from '@q/assistant/analysis';
import { type Choice, choose, type Evidence, type Preferences } from '@q/assistant/choose/choose';
import type { ModelFacts } from '@q/assistant/choose/model-facts';
import type { ChatCompletionRequest } from '@q/contract/chat';
import type { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { nobodyServes, type PickModels, tooLongForAll } from '../gateway/auto-model.ts';

/** A conversation keeps its model this long after its last call. */
const KEPT_MS = 60 * 60_000;
const CONVERSATIONS_MAX = 50_000;
/** The first model and two that stand in for it. */
const MODELS = 3;
/** Tasks that the chat endpoint cannot serve: whoever asks for them there wants to be told something in words. */
const NOT_CHAT: readonly Task[] = ['image_gen', 'video_gen', 'text_to_speech', 'speech_to_text', 'embeddings'];

interface Deps {
  analyze: (query: string) => Analysis;
  /** Models that can be called with text and answer with text. */
  chatModels: () => ModelFacts[];
  evidence: Evidence;
  clock: Clock;
}

type Message = ChatCompletionRequest['messages'][number];

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

function hasImage({ messages }: ChatCompletionRequest): boolean {
  return messages.some(({ content }) => Array.isArray(content) && content.some((part) => part.type === 'image_url'));
}

const BYTES_PER_TOKEN = 4;
const TOKENS_PER_IMAGE = 1_000;

/** About how many tokens go in. */
function tokensOf({ messages, tools }: ChatCompletionRequest): number {
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(textOf(message)), 0);
  const definitions = tools == null ? 0 : Buffer.byteLength(JSON.stringify(tools));
  const parts = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const images = parts.filter(({ type }) => type === 'image_url').length;
  return Math.ceil((bytes + definitions) / BYTES_PER_TOKEN) + TOKENS_PER_IMAGE * images;
}

/** Only what the request itself needs: a message that speaks of a budget or a provider is no wish of its sender's. */
function requirementsOf(request: ChatCompletionRequest): Requirements {
  return {
    ...NOTHING_REQUIRED,
    input_modalities: hasImage(request) ? ['image'] : [],
    structured_output: request.response_format != null && request.response_format.type !== 'text',
    tools: (request.tools ?? []).length > 0,
  };
}

function isServed(task: Task, requirements: Requirements): boolean {
  if (task === 'vision') return requirements.input_modalities.includes('image');
  return task === 'tools' ? requirements.tools : !NOT_CHAT.includes(task);
}

/** The analysis of a chat request: its last question, held to what chat can do, and to what the request needs. */
function analysisOf({ analyze }: Deps, request: ChatCompletionRequest): Analysis {
  const last = request.messages.findLast(({ role }) => role === 'user') ?? request.messages.at(-1);
  const analysis = analyze(last ? textOf(last) : '');
  const requirements = requirementsOf(request);
  const served = analysis.tasks.filter(({ task }) => isServed(task, requirements));
  const sum = served.reduce((total, { probability }) => total + probability, 0);
  const tasks = served.map(({ task, probability }) => ({ task, probability: probability / sum }));
  const ceiling = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  return {
    ...analysis,
    task: tasks[0]?.task ?? 'qa',
    tasks,
    requirements,
    tokens: { input: tokensOf(request), output: Math.min(analysis.tokens.output, ceiling) },
  };
}

const EMPHASIS_OF_SORT = { price: 'price', latency: 'speed', throughput: 'speed' } as const;

function preferencesOf({ provider }: ChatCompletionRequest): Preferences {
  return {
    budgetNano: null,
    prefer: provider?.sort == null ? null : EMPHASIS_OF_SORT[provider.sort],
    weights: null,
    provider: null,
    freeOnly: false,
    availableOnly: true,
    limit: MODELS,
  };
}

function isAllowed({ provider }: ModelFacts, preferences: ChatCompletionRequest['provider']): boolean {
  if (preferences?.only != null && !preferences.only.includes(provider)) return false;
  return preferences?.ignore?.includes(provider) !== true;
}

/** A conversation is known by who leads it and how it began. */
function conversationOf(userId: string, { messages }: ChatCompletionRequest): string {
  const beginning = messages.findIndex(({ role }) => role === 'user');
  const hash = createHash('sha256').update(userId);
  for (const message of messages.slice(0, beginning + 1)) hash.update(`\n${message.role}\n${textOf(message)}`);
  return hash.digest('base64');
}

/** The models that conversations were begun with; the one unused longest goes first when there are too many. */
function createConversations(clock: Clock) {
  const kept = new Map<string, { modelId: string; at: number }>();
  return {
    modelOf(conversation: string): string | undefined {
      const entry = kept.get(conversation);
      return entry && entry.at + KEPT_MS > clock.now() ? entry.modelId : undefined;
    },
    keep(conversation: string, modelId: string): void {
      kept.delete(conversation);
      kept.set(conversation, { modelId, at: clock.now() });
      const [oldest] = kept.keys();
      if (kept.size > CONVERSATIONS_MAX && oldest !== undefined) kept.delete(oldest);
    },
  };
}

/**
 * Picks a model for each call to `q/auto` with the chooser of recommendations, and stays with it for a conversation as long as it can
 * serve what is asked. Says why when no model here can.
 */
export function createModelPicker(deps: Deps): PickModels {
  const conversations = createConversations(deps.clock);
  const among = (models: readonly ModelFacts[], analysis: Analysis, request: ChatCompletionRequest): Choice =>
    choose({ analysis, models, preferences: preferencesOf(request), evidence: deps.evidence });
  const whyNone = (models: readonly ModelFacts[], analysis: Analysis, request: ChatCompletionRequest): AppError => {
    // Whoever would serve it without its input is kept from it by nothing but the length.
    const shorter = { ...analysis, tokens: { ...analysis.tokens, input: 0 } };
    const preferences = { ...preferencesOf(request), limit: models.length };
    const { recommendations } = choose({ analysis: shorter, models, preferences, evidence: deps.evidence });
    const able = recommendations.map(({ scored }) => scored.model);
    const [longest] = able.sort((left, right) => right.contextWindow - left.contextWindow);
    return longest === undefined ? nobodyServes() : tooLongForAll(analysis.tokens.input, longest);
  };

  return (userId, request, use) => {
    const analysis = analysisOf(deps, request);
    const models = deps.chatModels().filter((model) => isAllowed(model, request.provider));
    const { recommendations } = among(models, analysis, request);
    const conversation = conversationOf(userId, request);
    const before = models.filter(({ id }) => id === conversations.modelOf(conversation));
    const [same] = among(before, analysis, request).recommendations;
    const [best] = recommendations;
    const first = same ?? best;
    if (first === undefined) return whyNone(models, analysis, request);
    const modelId = first.scored.model.id;
    if (use === 'call') conversations.keep(conversation, modelId);
    const ids = recommendations.map(({ scored }) => scored.model.id);
    const reason = same ? `This conversation began with it. ${same.reasoning}` : first.reasoning;
    return { modelIds: [...new Set([modelId, ...ids])], task: analysis.task, reason };
  };
}
