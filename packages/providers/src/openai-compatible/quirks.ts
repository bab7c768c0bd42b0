/** How an OpenAI-compatible provider departs from OpenAI's own chat API. Data only: a new provider is one more entry of `PRESETS`. */
export interface Quirks {
  /** The field that carries the ceiling of output tokens. OpenAI refuses `max_tokens` on its reasoning models; most others know only that. */
  outputLimitField: 'max_completion_tokens' | 'max_tokens';
  /** False: messages of the role `developer` are sent as `system`. */
  knowsDeveloperRole: boolean;
  /** True: usage of a stream comes only when asked for by `stream_options.include_usage`. False: it always comes, or the option is refused. */
  asksForStreamUsage: boolean;
  /**
   * What the billed output is. `completion`: `completion_tokens`, reasoning included. `completion_and_reasoning`: reasoning comes on top (xAI).
   * `total_less_prompt`: reasoning shows in the total only (Gemini's OpenAI endpoint).
   */
  billedOutput: 'completion' | 'completion_and_reasoning' | 'total_less_prompt';
  seedField: 'seed' | 'random_seed';
  /** True: ids of tool calls must be nine letters and digits; others are rewritten, the same id always in the same way. */
  hasNineCharToolIds: boolean;
  /** True: an answer that begins with `<think>…</think>` has its reasoning there. False: that is text like any other. */
  splitsThinkTags: boolean;
  /** True: what an answer reasoned is sent back with it, as `reasoning_content` (DeepSeek asks for it since its fourth version). */
  takesReasoningBack: boolean;
}

/** What matters of them when an answer is read. */
export type AnswerQuirks = Pick<Quirks, 'billedOutput' | 'splitsThinkTags'>;

/** OpenAI's own chat API. */
export const OPENAI_QUIRKS: Quirks = {
  outputLimitField: 'max_completion_tokens',
  knowsDeveloperRole: true,
  asksForStreamUsage: true,
  billedOutput: 'completion',
  seedField: 'seed',
  hasNineCharToolIds: false,
  splitsThinkTags: false,
  takesReasoningBack: false,
};

/** What a server has in common that calls itself compatible and is not known better. */
export const COMPATIBLE_QUIRKS: Quirks = {
  ...OPENAI_QUIRKS,
  outputLimitField: 'max_tokens',
  knowsDeveloperRole: false,
};

/** Where a provider is and how it departs. */
export interface Preset {
  /** The name people know it by. */
  name: string;
  /** Address that `/chat/completions` is appended to. Null: the operator says where it runs. */
  baseUrl: string | null;
  quirks: Quirks;
}

function compatible(name: string, baseUrl: string | null, quirks: Partial<Quirks> = {}): Preset {
  return { name, baseUrl, quirks: { ...COMPATIBLE_QUIRKS, ...quirks } };
}

/**
 * Known providers by id. What each needs was read from their recorded answers and documents in November 2026. `splitsThinkTags` is for those
 * that serve open-weight models without reading their reasoning out of the text; Hugging Face's router hands out what it is given, and so do we.
 */
export const PRESETS = {
  openai: { name: 'OpenAI', baseUrl: 'https://api.openai.com/v1', quirks: OPENAI_QUIRKS },
  groq: compatible('Groq', 'https://api.groq.com/openai/v1', {
    outputLimitField: 'max_completion_tokens',
    splitsThinkTags: true,
  }),
  deepseek: compatible('DeepSeek', 'https://api.deepseek.com/v1', { takesReasoningBack: true }),
  xai: compatible('xAI', 'https://api.x.ai/v1', { billedOutput: 'completion_and_reasoning' }),
  together: compatible('Together AI', 'https://api.together.xyz/v1', { splitsThinkTags: true }),
  openrouter: compatible('OpenRouter', 'https://openrouter.ai/api/v1'),
  mistral: compatible('Mistral', 'https://api.mistral.ai/v1', {
    asksForStreamUsage: false,
    seedField: 'random_seed',
    hasNineCharToolIds: true,
  }),
  huggingface: compatible('Hugging Face', 'https://router.huggingface.co/v1'),
  cerebras: compatible('Cerebras', 'https://api.cerebras.ai/v1', {
    outputLimitField: 'max_completion_tokens',
    splitsThinkTags: true,
  }),
  perplexity: compatible('Perplexity', 'https://api.perplexity.ai', {
    asksForStreamUsage: false,
    splitsThinkTags: true,
  }),
  google: compatible('Google', 'https://generativelanguage.googleapis.com/v1beta/openai', {
    billedOutput: 'total_less_prompt',
  }),
  ollama: compatible('Ollama', 'http://127.0.0.1:11434/v1', { splitsThinkTags: true }),
  vllm: compatible('vLLM', null, { splitsThinkTags: true }),
  lmstudio: compatible('LM Studio', 'http://127.0.0.1:1234/v1', { splitsThinkTags: true }),
} as const satisfies Record<string, Preset>;

/** A known provider's id. */
export type PresetId = keyof typeof PRESETS;
