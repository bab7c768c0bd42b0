import type { Citation, HandModel, HandProvider } from './hand-model.ts';

/** Stability sells credits of one cent; a call takes a fixed number of them. */
const PRICING: Citation = { name: 'https://platform.stability.ai/pricing', asOf: '2026-06-30' };
const PRICE_UPDATE: Citation = { name: 'https://stability.ai/api-pricing-update-25', asOf: '2025-07-09' };
const RELEASE_NOTES: Citation = { name: 'Stability AI release notes', asOf: '2023-11-01' };

const image = (usd: string) => ({ unit: 'image' as const, image: usd });

const current: HandModel[] = [
  {
    id: 'stability/stable-image-ultra',
    name: 'Stable Image Ultra',
    description: 'Stability’s best image quality, built on Stable Diffusion 3.5 Large.',
    version: 'v2beta',
    category: 'image',
    released: '2024-06-12',
    price: image('0.08'),
    sources: [PRICING],
  },
  {
    id: 'stability/stable-image-core',
    name: 'Stable Image Core',
    description: 'Quick and inexpensive images for drafts and large numbers.',
    version: 'v2beta',
    category: 'image',
    released: '2024-04-04',
    price: image('0.03'),
    sources: [PRICING],
  },
  {
    id: 'stability/sd3.5-large',
    name: 'Stable Diffusion 3.5 Large',
    description: 'Image model of eight billion parameters that follows long prompts well.',
    version: '3.5',
    category: 'image',
    released: '2024-10-22',
    price: image('0.065'),
    sources: [PRICING],
  },
  {
    id: 'stability/sd3.5-large-turbo',
    name: 'Stable Diffusion 3.5 Large Turbo',
    description: 'SD 3.5 Large distilled to few steps: faster and cheaper.',
    version: '3.5',
    category: 'image',
    released: '2024-10-22',
    price: image('0.04'),
    sources: [PRICING],
  },
  {
    id: 'stability/sd3.5-medium',
    name: 'Stable Diffusion 3.5 Medium',
    description: 'The smaller SD 3.5 with a good balance of price and quality.',
    version: '3.5',
    category: 'image',
    released: '2024-10-29',
    price: image('0.035'),
    sources: [PRICING],
  },
];

const retired: HandModel[] = [
  {
    id: 'stability/stable-diffusion-v1-6',
    name: 'Stable Diffusion 1.6',
    description: 'Heir of Stable Diffusion 1.5 on the first API. Discontinued by its provider.',
    version: '1.6',
    category: 'image',
    released: '2023-11-01',
    priceUnknown: true,
    retired: { on: '2025-07-24', successor: 'stability/stable-image-core', source: PRICE_UPDATE },
  },
  {
    id: 'stability/stable-diffusion-v2-1',
    name: 'Stable Diffusion 2.1',
    description: 'Stable Diffusion of 2022. Withdrawn by its maker.',
    version: '2.1',
    category: 'image',
    released: '2022-12-07',
    priceUnknown: true,
    retired: { on: '2023-11-15', successor: 'stability/sd3.5-medium', source: RELEASE_NOTES },
  },
  {
    id: 'stability/stable-diffusion-xl-1024-v1-0',
    name: 'Stable Diffusion XL 1.0 (SDXL)',
    description:
      'Image model of 2023 on Stability’s first API, which this marketplace does not call. Use SD 3.5 instead.',
    version: '1.0',
    category: 'image',
    released: '2023-07-26',
    // The last list price known is that of Amazon Bedrock for up to 1024 × 1024 at standard quality.
    price: image('0.04'),
    sources: [{ name: 'Amazon Bedrock list price', asOf: '2026-07-24' }],
    retired: { on: null, successor: 'stability/sd3.5-large', source: PRICING },
  },
];

/** Stability AI's models. */
export const stability: HandProvider = {
  provider: { id: 'stability', name: 'Stability AI', docs_url: 'https://platform.stability.ai/docs/api-reference' },
  models: [...current, ...retired],
};
