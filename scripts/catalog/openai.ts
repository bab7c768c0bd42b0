import type { Citation, HandModel, HandProvider } from './hand-model.ts';

const DEPRECATIONS: Citation = { name: 'https://developers.openai.com/api/docs/deprecations', asOf: '2026-11-05' };
const PRICING: Citation = { name: 'https://developers.openai.com/api/docs/models', asOf: '2026-11-21' };
/** The dates of three announcements of November were read in a summary of the same page. */
const DEPRECATIONS_SUMMARY: Citation = { name: 'OpenAI deprecations page, as summarised', asOf: '2026-11-21' };

/** These refuse function tools next to reasoning on the Chat Completions API, and cannot turn reasoning off. */
const TOOLS_ON_RESPONSES_ONLY = ['tools' as const];

const current: HandModel[] = [
  {
    id: 'openai/gpt-6-astra',
    name: 'GPT-6 Astra',
    description:
      'The largest GPT-6 model, for research, long agent runs and problems where a wrong answer costs more than the call.',
    version: '6',
    category: 'chat',
    capabilities: ['code'],
    without: TOOLS_ON_RESPONSES_ONLY,
  },
  {
    id: 'openai/gpt-6.1-sol',
    name: 'GPT-6.1 Sol',
    description:
      'General model for hard everyday work: coding, analysis, writing. Tool calls are not offered through chat completions.',
    version: '6.1',
    category: 'chat',
    capabilities: ['code', 'structured_output'],
    without: TOOLS_ON_RESPONSES_ONLY,
  },
  {
    id: 'openai/gpt-6.1-terra',
    name: 'GPT-6.1 Terra',
    description:
      'The middle of the GPT-6.1 family, at half the price of Sol. Tool calls are not offered through chat completions.',
    version: '6.1',
    category: 'chat',
    capabilities: ['code', 'structured_output'],
    without: TOOLS_ON_RESPONSES_ONLY,
  },
  {
    id: 'openai/gpt-6-luna',
    name: 'GPT-6 Luna',
    description: 'Small and very cheap GPT-6 model for high volumes: extraction, classification, short answers.',
    version: '6',
    category: 'chat',
    capabilities: ['code', 'structured_output'],
  },
  {
    id: 'openai/gpt-5.6-sol',
    name: 'GPT-5.6 Sol',
    description: 'Flagship of the 5.6 family for agents, coding and demanding reasoning.',
    version: '5.6',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'openai/gpt-5.6-terra',
    name: 'GPT-5.6 Terra',
    description: 'Balanced 5.6 model for daily work at a moderate price.',
    version: '5.6',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'openai/gpt-5.6-luna',
    name: 'GPT-5.6 Luna',
    description: 'The fast, inexpensive member of the 5.6 family.',
    version: '5.6',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'openai/gpt-5.5',
    name: 'GPT-5.5',
    description: 'Earlier flagship with strong coding and agent skills.',
    version: '5.5',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'openai/gpt-5.4',
    name: 'GPT-5.4',
    description: 'General reasoning model of early 2026, still offered for applications tuned to it.',
    version: '5.4',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'openai/gpt-5.4-mini',
    name: 'GPT-5.4 mini',
    description: 'Smaller 5.4 model with tools and vision for responsive applications.',
    version: '5.4',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'openai/text-embedding-3-large',
    name: 'Text Embedding 3 large',
    description: 'Embeddings of up to 3,072 dimensions for search, clustering and retrieval.',
    version: '3',
    category: 'embedding',
    released: '2024-01-25',
    context: 8191,
  },
  {
    id: 'openai/text-embedding-3-small',
    name: 'Text Embedding 3 small',
    description: 'Inexpensive embeddings of 1,536 dimensions.',
    version: '3',
    category: 'embedding',
    released: '2024-01-25',
    context: 8191,
  },
  {
    id: 'openai/text-embedding-ada-002',
    name: 'Text Embedding Ada 002',
    description: 'Second-generation embeddings of 1,536 dimensions, kept for indexes built with them.',
    version: '002',
    category: 'embedding',
    released: '2022-12-15',
    context: 8191,
  },
  {
    id: 'openai/gpt-image-2',
    name: 'GPT Image 2',
    description: 'Draws images from text. Billed by tokens, so small or low-quality images cost less.',
    version: '2',
    category: 'image',
  },
  {
    id: 'openai/gpt-image-2.6-sunburst',
    name: 'GPT Image 2.6 Sunburst',
    description: 'Image model for detailed compositions and precise rendering of text. Billed by tokens.',
    version: '2.6',
    category: 'image',
    price: { unit: 'token', input: '5.00', cached_input: '1.25', output: '30.00' },
    sources: [PRICING],
  },
];

const december = (successor: string) => ({ on: '2026-12-11', successor, source: DEPRECATIONS });
const january = { on: '2027-01-14', successor: 'openai/gpt-6-luna', source: DEPRECATIONS };
const images = { on: '2026-12-01', successor: 'openai/gpt-image-2.6-sunburst', source: DEPRECATIONS };

const deprecated: HandModel[] = [
  {
    id: 'openai/gpt-5.4-nano',
    name: 'GPT-5.4 nano',
    description: 'The smallest 5.4 model, for simple steps in large numbers.',
    version: '5.4',
    category: 'chat',
    deprecated: { on: '2027-04-01', successor: 'openai/gpt-6-luna', source: DEPRECATIONS_SUMMARY },
  },
  {
    id: 'openai/gpt-5.1',
    name: 'GPT-5.1',
    description: 'Reasoning model of late 2025 with adjustable effort.',
    version: '5.1',
    category: 'chat',
    capabilities: ['code'],
    deprecated: { on: '2027-04-01', successor: 'openai/gpt-5.6-terra', source: DEPRECATIONS_SUMMARY },
  },
  {
    id: 'openai/gpt-5',
    name: 'GPT-5',
    description: 'The first GPT-5, a general reasoning model.',
    version: '5',
    category: 'chat',
    capabilities: ['code'],
    deprecated: december('openai/gpt-6.1-sol'),
  },
  {
    id: 'openai/gpt-5-mini',
    name: 'GPT-5 mini',
    description: 'Smaller GPT-5 for well defined tasks.',
    version: '5',
    category: 'chat',
    capabilities: ['code'],
    deprecated: december('openai/gpt-6.1-terra'),
  },
  {
    id: 'openai/gpt-5-nano',
    name: 'GPT-5 nano',
    description: 'The smallest GPT-5, for summaries and labels.',
    version: '5',
    category: 'chat',
    deprecated: december('openai/gpt-6-luna'),
  },
  {
    id: 'openai/gpt-5-pro',
    name: 'GPT-5 Pro',
    description:
      'GPT-5 with much more computing time for each answer. The provider serves it by its Responses API only.',
    version: '5',
    category: 'reasoning',
    endpoints: ['responses'],
    capabilities: ['code'],
    deprecated: december('openai/gpt-6.1-sol'),
  },
  {
    id: 'openai/o3',
    name: 'o3',
    description: 'Reasoning model for mathematics, science and code.',
    version: '3',
    category: 'reasoning',
    capabilities: ['code'],
    deprecated: december('openai/gpt-6.1-sol'),
  },
  {
    id: 'openai/o3-pro',
    name: 'o3-pro',
    description: 'o3 with more computing time for each answer. The provider serves it by its Responses API only.',
    version: '3',
    category: 'reasoning',
    endpoints: ['responses'],
    capabilities: ['code'],
    deprecated: december('openai/gpt-6.1-sol'),
  },
  {
    id: 'openai/gpt-4o',
    name: 'GPT-4o',
    description: 'Widely used multimodal model of 2024, without reasoning steps.',
    version: '4o',
    category: 'chat',
    capabilities: ['code'],
    deprecated: january,
  },
  {
    id: 'openai/gpt-4o-mini',
    name: 'GPT-4o mini',
    description: 'Small multimodal model of 2024 for inexpensive chat.',
    version: '4o',
    category: 'chat',
    deprecated: january,
  },
  {
    id: 'openai/gpt-4.1',
    name: 'GPT-4.1',
    description: 'Model without reasoning steps for coding and long documents of up to a million tokens.',
    version: '4.1',
    category: 'chat',
    capabilities: ['code'],
    deprecated: january,
  },
  {
    id: 'openai/gpt-4.1-mini',
    name: 'GPT-4.1 mini',
    description: 'Smaller, faster GPT-4.1 with the same long context.',
    version: '4.1',
    category: 'chat',
    deprecated: january,
  },
  {
    id: 'openai/gpt-image-1.5',
    name: 'GPT Image 1.5',
    description: 'Image model of late 2025. Billed by tokens.',
    version: '1.5',
    category: 'image',
    released: '2025-12-16',
    // The images it draws are output at 32; 10 is its price for text.
    price: { unit: 'token', input: '5.00', cached_input: '1.25', output: '32.00' },
    sources: [PRICING],
    resolutions: [
      {
        believe: 'hand',
        over: ['genai-prices', 'node-llm'],
        why: 'the package lists text output at 10 and image output at 32, and what is sold here is images; the other has no price and writes 0',
      },
    ],
    deprecated: images,
  },
  {
    id: 'openai/gpt-image-1-mini',
    name: 'GPT Image 1 mini',
    description: 'Inexpensive image model of 2025. Billed by tokens.',
    version: '1',
    category: 'image',
    released: '2025-10-06',
    resolutions: [{ believe: 'genai-prices', over: ['node-llm'], why: 'node-llm has no price and writes 0' }],
    deprecated: images,
  },
];

const october = (successor: string) => ({ on: '2026-10-23', successor, source: DEPRECATIONS });

const retired: HandModel[] = [
  {
    id: 'openai/gpt-4',
    name: 'GPT-4',
    description: 'The model of 2023 that many applications began with. Shut down by its provider.',
    version: '0613',
    category: 'chat',
    released: '2023-03-14',
    capabilities: ['code'],
    retired: october('openai/gpt-5.6-sol'),
  },
  {
    id: 'openai/gpt-4-turbo',
    name: 'GPT-4 Turbo',
    description: 'Cheaper GPT-4 with a context of 128,000 tokens. Shut down by its provider.',
    version: '2024-04-09',
    category: 'chat',
    capabilities: ['code'],
    retired: october('openai/gpt-5.6-sol'),
  },
  {
    id: 'openai/gpt-3.5-turbo',
    name: 'GPT-3.5 Turbo',
    description: 'The model behind the first ChatGPT. Shut down by its provider.',
    version: '0125',
    category: 'chat',
    released: '2023-03-01',
    context: 16_385,
    maxOutput: 4096,
    retired: october('openai/gpt-5.6-terra'),
  },
  {
    id: 'openai/davinci',
    upstream: 'text-davinci-003',
    name: 'Davinci (text-davinci-003)',
    description: 'GPT-3 for text completion, the model of the first API years. Shut down by its provider.',
    version: '003',
    category: 'completion',
    released: '2022-11-28',
    context: 4097,
    retired: { on: '2024-01-04', successor: 'openai/gpt-6-luna', source: DEPRECATIONS },
  },
  {
    id: 'openai/gpt-4.1-nano',
    name: 'GPT-4.1 nano',
    description: 'The smallest GPT-4.1. Shut down by its provider.',
    version: '4.1',
    category: 'chat',
    retired: october('openai/gpt-5.6-luna'),
  },
  {
    id: 'openai/o4-mini',
    name: 'o4-mini',
    description: 'Small reasoning model of 2025. Shut down by its provider.',
    version: '4',
    category: 'reasoning',
    capabilities: ['code'],
    retired: october('openai/gpt-5.6-terra'),
  },
];

/** OpenAI's models. */
export const openai: HandProvider = {
  provider: { id: 'openai', name: 'OpenAI', docs_url: 'https://developers.openai.com/api/docs/models' },
  models: [...current, ...deprecated, ...retired],
};
