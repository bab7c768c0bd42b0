import type { Citation, HandModel, HandProvider } from './hand-model.ts';

const DEPRECATIONS: Citation = { name: 'https://ai.google.dev/gemini-api/docs/deprecations', asOf: '2026-11-10' };
const PALM: Citation = { name: 'https://ai.google.dev/palm_docs/deprecation', asOf: '2024-08-20' };
const PRICING: Citation = { name: 'https://ai.google.dev/gemini-api/docs/pricing', asOf: '2026-10-07' };

const current: HandModel[] = [
  {
    id: 'google/gemini-4-argon',
    name: 'Gemini 4 Argon',
    description: 'First of the Gemini 4 models: reasoning over text and images with a context of a million tokens.',
    version: '4',
    category: 'chat',
    capabilities: ['code', 'structured_output'],
  },
  {
    id: 'google/gemini-3.8-flash',
    name: 'Gemini 3.8 Flash',
    description: 'Fast general model for agents and long documents at a low price.',
    version: '3.8',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'google/gemini-3.6-flash',
    name: 'Gemini 3.6 Flash',
    description: 'Flash model of July 2026 for coding and planning with few tokens.',
    version: '3.6',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'google/gemini-3.5-flash',
    name: 'Gemini 3.5 Flash',
    description: 'Flash model of May 2026, somewhat dearer and more talkative than its successors.',
    version: '3.5',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'google/gemini-3.5-flash-lite',
    name: 'Gemini 3.5 Flash-Lite',
    description: 'Small model with short response times for sub-agents and bulk work.',
    version: '3.5',
    category: 'chat',
  },
  {
    id: 'google/gemini-3.1-pro-preview',
    name: 'Gemini 3.1 Pro (preview)',
    description: 'Google’s larger reasoning model, in preview. Sold up to 200,000 tokens, where its price steps up.',
    version: '3.1',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'google/gemini-3.1-flash-lite',
    name: 'Gemini 3.1 Flash-Lite',
    description: 'Inexpensive model for translation, extraction and classification.',
    version: '3.1',
    category: 'chat',
  },
  {
    id: 'google/gemini-2.5-flash-lite',
    name: 'Gemini 2.5 Flash-Lite',
    description: 'The cheapest Gemini with a context of a million tokens.',
    version: '2.5',
    category: 'chat',
  },
  {
    id: 'google/gemma-4-31b-it',
    name: 'Gemma 4 31B',
    description: 'Open-weight model that Google serves without charge, within its limits.',
    version: '4',
    category: 'chat',
  },
  {
    id: 'google/gemini-2.5-pro',
    name: 'Gemini 2.5 Pro',
    description: 'Reasoning model of 2025. Sold up to 200,000 tokens, where its price steps up.',
    version: '2.5',
    category: 'chat',
    capabilities: ['code'],
    deprecated: { on: '2026-12-01', successor: 'google/gemini-3.8-flash', source: DEPRECATIONS },
  },
  {
    id: 'google/gemini-2.5-flash',
    name: 'Gemini 2.5 Flash',
    description: 'Fast general model of 2025.',
    version: '2.5',
    category: 'chat',
    capabilities: ['code'],
    deprecated: { on: '2026-12-01', successor: 'google/gemini-3.5-flash-lite', source: DEPRECATIONS },
  },
  {
    id: 'google/gemini-3-pro-image',
    name: 'Gemini 3 Pro Image',
    description:
      'Draws and edits images with legible text. Priced for each image of up to 2K; also known as Nano Banana Pro.',
    version: '3',
    category: 'image',
    // 1,120 output tokens an image of 1K or 2K at $120 per million.
    price: { unit: 'image', image: '0.1344' },
    sources: [PRICING],
  },
  {
    id: 'google/gemini-3.1-flash-image',
    name: 'Gemini 3.1 Flash Image',
    description: 'Quick image model, priced for each image of 1K; also known as Nano Banana 2.',
    version: '3.1',
    category: 'image',
    // 1,120 output tokens an image of 1K at $60 per million.
    price: { unit: 'image', image: '0.0672' },
    sources: [PRICING],
  },
  {
    id: 'google/gemini-embedding-001',
    name: 'Gemini Embedding',
    description: 'Text embeddings of up to 3,072 dimensions in more than a hundred languages.',
    version: '001',
    category: 'embedding',
    released: '2025-07-14',
    context: 2048,
  },
  {
    id: 'google/gemini-embedding-2',
    name: 'Gemini Embedding 2',
    description: 'Embeddings of text with a context of 8,192 tokens.',
    version: '2',
    category: 'embedding',
    context: 8192,
  },
];

const retired: HandModel[] = [
  {
    id: 'google/gemini-pro',
    name: 'Gemini Pro 1.0',
    description: 'The first Gemini of December 2023. Shut down by its provider.',
    version: '1.0',
    category: 'chat',
    released: '2023-12-13',
    context: 32_760,
    maxOutput: 8192,
    retired: { on: '2025-02-15', successor: 'google/gemini-3.8-flash', source: DEPRECATIONS },
  },
  {
    id: 'google/gemini-ultra',
    upstream: 'gemini-ultra',
    name: 'Gemini Ultra 1.0',
    description:
      'The largest model of the first Gemini generation. It never had a public price on the API, and is gone.',
    version: '1.0',
    category: 'chat',
    released: '2024-02-08',
    context: 32_760,
    priceUnknown: true,
    retired: { on: null, successor: 'google/gemini-4-argon', source: DEPRECATIONS },
  },
  {
    id: 'google/bison-2',
    upstream: 'chat-bison-002',
    name: 'Bison 2 (PaLM 2)',
    description: 'PaLM 2 for text and chat, the generation before Gemini. The PaLM API is closed.',
    version: '002',
    category: 'chat',
    released: '2023-05-10',
    context: 8192,
    maxOutput: 1024,
    price: { unit: 'token', input: '0.125', output: '0.125' },
    sources: [{ name: 'litellm price list', asOf: '2026-07-24' }],
    retired: { on: '2024-08-15', successor: 'google/gemini-3.5-flash-lite', source: PALM },
  },
];

/** Google's models on the Gemini API. */
export const google: HandProvider = {
  provider: { id: 'google', name: 'Google', docs_url: 'https://ai.google.dev/gemini-api/docs/models' },
  models: [...current, ...retired],
};
