import type { Citation, HandModel, HandProvider } from './hand-model.ts';

const MODELS_PAGE: Citation = { name: 'https://docs.mistral.ai/getting-started/models', asOf: '2026-11-21' };

const current: HandModel[] = [
  {
    id: 'mistral/mistral-large-4',
    name: 'Mistral Large 4',
    description: 'Mistral’s flagship: reasoning and vision with a context of a million tokens at a low price.',
    version: '4',
    category: 'chat',
    capabilities: ['code', 'structured_output'],
  },
  {
    id: 'mistral/mistral-large-2512',
    name: 'Mistral Large 3',
    description: 'Open-weight large model of December 2025 with vision.',
    version: '25.12',
    category: 'chat',
    released: '2025-12-02',
    capabilities: ['code'],
  },
  {
    id: 'mistral/mistral-medium-2604',
    name: 'Mistral Medium 3.5',
    description: 'Reasoning model of the middle size for enterprise work.',
    version: '26.04',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'mistral/mistral-medium-2508',
    name: 'Mistral Medium 3.1',
    description: 'Multimodal model of August 2025 without reasoning steps.',
    version: '25.08',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'mistral/mistral-small-2603',
    name: 'Mistral Small 4',
    description: 'Open-weight small model that joins reasoning, vision and code.',
    version: '26.03',
    category: 'chat',
    capabilities: ['code'],
  },
  {
    id: 'mistral/codestral-2508',
    name: 'Codestral 25.08',
    description: 'Code model for completion in the editor, corrections and tests.',
    version: '25.08',
    category: 'code',
    released: '2025-07-30',
    capabilities: ['code'],
  },
  {
    id: 'mistral/ministral-14b-2512',
    name: 'Ministral 3 14B',
    description: 'The largest of the small open-weight Ministral family, with vision.',
    version: '25.12',
    category: 'chat',
    released: '2025-12-02',
  },
  {
    id: 'mistral/ministral-8b-2512',
    name: 'Ministral 3 8B',
    description: 'Small open-weight model with vision, the hosted heir of Mistral 7B.',
    version: '25.12',
    category: 'chat',
    released: '2025-12-02',
  },
  {
    id: 'mistral/ministral-3b-2512',
    name: 'Ministral 3 3B',
    description: 'Very small open-weight model with vision for simple steps.',
    version: '25.12',
    category: 'chat',
    released: '2025-12-02',
  },
  {
    id: 'mistral/mistral-embed',
    name: 'Mistral Embed',
    description: 'Text embeddings of 1,024 dimensions.',
    version: '23.12',
    category: 'embedding',
    released: '2023-12-11',
    context: 8000,
    price: { unit: 'token', input: '0.10', output: '0.00' },
    resolutions: [
      {
        believe: 'hand',
        over: ['genai-prices'],
        why: 'an embedding has no output tokens; the package repeats the input price',
      },
    ],
  },
];

const retired: HandModel[] = [
  {
    id: 'mistral/open-mistral-7b',
    name: 'Mistral 7B (hosted)',
    description: 'Mistral’s first open-weight model. No longer hosted by Mistral; the weights run on Ollama.',
    version: '0.3',
    category: 'chat',
    released: '2023-09-27',
    context: 32_000,
    price: { unit: 'token', input: '0.25', output: '0.25' },
    retired: { on: null, successor: 'mistral/ministral-8b-2512', source: MODELS_PAGE },
  },
  {
    id: 'mistral/mistral-large-2411',
    name: 'Mistral Large 2.1',
    description: 'Mistral Large of November 2024. Retired by its provider.',
    version: '24.11',
    category: 'chat',
    capabilities: ['code'],
    retired: { on: '2026-05-31', successor: 'mistral/mistral-large-4', source: MODELS_PAGE },
  },
  {
    id: 'mistral/mistral-large-2402',
    name: 'Mistral Large',
    description: 'The first Mistral Large of February 2024. Retired by its provider.',
    version: '24.02',
    category: 'chat',
    released: '2024-02-26',
    capabilities: ['code'],
    context: 32_000,
    price: { unit: 'token', input: '4.00', output: '12.00' },
    sources: [{ name: 'litellm price list', asOf: '2026-07-24' }],
    retired: { on: null, successor: 'mistral/mistral-large-4', source: MODELS_PAGE },
  },
];

/** Mistral's models. */
export const mistral: HandProvider = {
  provider: { id: 'mistral', name: 'Mistral', docs_url: 'https://docs.mistral.ai/getting-started/models' },
  models: [...current, ...retired],
};
