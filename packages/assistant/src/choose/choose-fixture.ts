import { type Analysis, NOTHING_REQUIRED, type Requirements, type Task } from '../analysis.ts';
import type { Preferences } from './choose.ts';
import type { ModelFacts } from './model-facts.ts';

/** An analysis for tests: one certain task, three hundred tokens in, six hundred out, nothing required but what is given. */
export function analysisFixture(
  task: Task,
  requirements: Partial<Requirements> = {},
  over: Partial<Analysis> = {},
): Analysis {
  return {
    task,
    tasks: [{ task, probability: 1 }],
    language: 'en',
    complexity: 'moderate',
    requirements: { ...NOTHING_REQUIRED, ...requirements },
    tokens: { input: 300, output: 600 },
    ...over,
  };
}

/** Preferences for tests: none, three models. */
export function preferencesFixture(over: Partial<Preferences> = {}): Preferences {
  const none = { budgetNano: null, prefer: null, weights: null, provider: null };
  return { ...none, freeOnly: false, availableOnly: false, limit: 3, ...over };
}

/** A text model for tests at $1 in and $4 out per million tokens. */
export function factsFixture(over: Partial<ModelFacts> & { id: string }): ModelFacts {
  const [provider = '', ...rest] = over.id.split('/');
  return {
    name: rest.join('/'),
    provider,
    capabilities: ['text'],
    inputModalities: ['text'],
    outputModalities: ['text'],
    contextWindow: 128_000,
    maxOutput: 16_000,
    price: { unit: 'token', input: 1_000_000n, output: 4_000_000n, image: 0n },
    pricePoint: 'mid',
    free: false,
    available: true,
    healthy: true,
    retiresAt: null,
    day: '2026-01-01',
    rating: null,
    reviews: 0,
    popularity: 0,
    ttftMs: null,
    tokensPerSecond: null,
    successRate: null,
    ...over,
  };
}

const MAKERS = [
  'openai',
  'anthropic',
  'nimbus',
  'quartz',
  'ollama',
  'huggingface',
  'heron',
  'sable',
  'tundra',
  'cobalt',
];

function pictureFacts(mix: number): Partial<ModelFacts> {
  return {
    outputModalities: ['image'],
    contextWindow: 0,
    maxOutput: 0,
    price: { unit: 'image', input: 0n, output: 0n, image: BigInt(mix) * 100_000_000n },
  };
}

function textFacts(n: number, mix: number): Partial<ModelFacts> {
  const free = n % MAKERS.length === 4 || n % 31 === 0;
  const input = free ? 0n : BigInt(20_000 + mix * 9_000);
  return {
    contextWindow: 8_192 * 2 ** (n % 8),
    maxOutput: 4_096 * (1 + (n % 5)),
    price: { unit: 'token', input, output: input * BigInt(1 + (n % 6)), image: 0n },
    free,
  };
}

function usedFacts(n: number, mix: number): Partial<ModelFacts> {
  const rated = { rating: 1 + ((n * 31) % 41) / 10, reviews: (n % 50) + 1 };
  const measured = {
    ttftMs: 100 + (mix % 1_500),
    tokensPerSecond: 10 + (mix % 190),
    successRate: 0.6 + (mix % 40) / 100,
  };
  return { ...(n % 3 === 0 && rated), ...(n % 2 === 0 && measured), popularity: (n * 104_729) % 20_000 };
}

/** `count` models that differ in everything that choosing looks at; the same ones every time. */
export function manyFacts(count: number): ModelFacts[] {
  return Array.from({ length: count }, (_, n) => {
    const mix = (n * 7919) % 1009;
    const skills = ['tools', 'reasoning', 'structured_output'].filter((_skill, index) => n % (index + 2) !== 0);
    return factsFixture({
      id: `${MAKERS[n % MAKERS.length]}/model-${n}`,
      capabilities: ['text', ...skills],
      inputModalities: n % 4 === 0 ? ['text', 'image'] : ['text'],
      ...(n % 17 === 0 ? pictureFacts(mix) : textFacts(n, mix)),
      ...usedFacts(n, mix),
      available: n % 7 !== 0,
      healthy: n % 29 !== 0,
      retiresAt: n % 13 === 0 ? '2027-01-14' : null,
      day: `202${4 + (n % 3)}-0${1 + (n % 9)}-11`,
    });
  });
}
