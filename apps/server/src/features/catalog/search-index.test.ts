import { describe, expect, test } from 'vitest';
import { buildModels } from './build-models.ts';
import { loadSeed } from './load-seed.ts';
import { modelFixture, priceFixture, retiredFixture } from './model-fixture.ts';
import { createSearchIndex } from './search-index.ts';
import type { ModelRow } from './store.ts';

const seed = await loadSeed();
const names = new Map(seed.providers.map((provider) => [provider.id, provider.name]));
const rows = seed.models.map(
  (model): ModelRow => ({
    ...model,
    provider_name: names.get(model.provider) ?? '',
    free_tier: false,
    managed_by: 'catalog',
    created_at: new Date(0),
    updated_at: new Date(0),
  }),
);
const versions = new Map(
  seed.models.flatMap((model) => (model.price ? [[model.id, [priceFixture(model.id, model.price.terms)]]] : [])),
);
const index = createSearchIndex([...buildModels(rows, versions, new Map(), new Date('2026-11-21')).values()]);

function found(query: string): string[] {
  return [...index.search(query)].sort((a, b) => b[1] - a[1]).map(([id]) => id);
}

describe('search over the seed', () => {
  test.each([
    ['gpt-4', 'openai/gpt-4'],
    ['GPT-4 Turbo', 'openai/gpt-4-turbo'],
    ['gpt 5.6 luna', 'openai/gpt-5.6-luna'],
    ['gpt4o', 'openai/gpt-4o'],
    ['openai/gpt-4', 'openai/gpt-4'],
    ['claude 3 opus', 'anthropic/claude-3-opus'],
    ['claude-3-opus-20240229', 'anthropic/claude-3-opus'],
    ['CodeLlama', 'ollama/codellama'],
    ['llama 2', 'ollama/llama2'],
    ['sdxl', 'stability/stable-diffusion-xl-1024-v1-0'],
    ['bison', 'google/bison-2'],
    ['davinci', 'openai/davinci'],
    ['sandbox', 'sandbox/guide'],
    ['deep seek r1 0528', 'huggingface/deepseek-ai/DeepSeek-R1-0528'],
    ['code stral', 'mistral/codestral-2508'],
  ])('%j finds %s first', (query, id) => {
    expect(found(query)[0]).toBe(id);
  });

  test.each([
    ['antropic', 'anthropic/'],
    ['calude', 'anthropic/'],
    ['mistrel', 'mistral/'],
    ['gemnii', 'google/'],
    ['stabilty', 'stability/'],
  ])('the slip %j is forgiven', (query, prefix) => {
    expect(found(query).some((id) => id.startsWith(prefix))).toBe(true);
  });

  test.each([
    ['embeddings', 'openai/text-embedding-3-large'],
    ['image generation', 'stability/stable-image-ultra'],
    ['repositories', 'huggingface/Qwen/Qwen3-Coder-Next'],
    ['stability ai', 'stability/sd3.5-large'],
  ])('%j finds models by capability, provider or description', (query, id) => {
    expect(found(query)).toContain(id);
  });

  test('a beginning is enough', () => {
    expect(found('son')).toContain('anthropic/claude-sonnet-5-5');
    expect(found('codest')[0]).toBe('mistral/codestral-2508');
  });

  test('a slip does not make the other words count less', () => {
    const slipped = found('gemnii flash');
    expect(slipped.length).toBeGreaterThan(3);
    expect(slipped.every((id) => id.includes('gemini') && id.includes('flash'))).toBe(true);
  });

  test('words that say nothing do not narrow the search', () => {
    expect(found('a model for translation')).toEqual(found('translation'));
  });

  test('what is free is found as such', () => {
    expect(found('free')).toContain('ollama/llama3.2');
    expect(found('free')).not.toContain('openai/gpt-5.5');
  });

  test('a query of any length is answered', () => {
    expect(found(`${'claude '.repeat(25)}opus`)).toEqual(found('claude opus'));
    expect(found(Array.from({ length: 60 }, (_, n) => `w${n}`).join(' '))).toBeInstanceOf(Array);
  });

  test('all words count before any word does', () => {
    expect(found('claude haiku').every((id) => id.includes('haiku'))).toBe(true);
    expect(found('claude zzzzqqqq').length).toBeGreaterThan(0);
  });

  test('finds nothing for nothing, and for what is not there', () => {
    expect(found('   ')).toEqual([]);
    expect(found('?!/-')).toEqual([]);
    expect(found('zzzzqqqq')).toEqual([]);
  });
});

test('of two models that fit equally well the one on sale comes first', () => {
  const twins = createSearchIndex([
    retiredFixture({ id: 'a/heron-old', name: 'Heron', description: 'A bird.' }),
    modelFixture({ id: 'a/heron-new', name: 'Heron', description: 'A bird.' }),
  ]);
  const scores = twins.search('bird');
  expect(scores.get('a/heron-new')).toBeGreaterThan(scores.get('a/heron-old') ?? Number.POSITIVE_INFINITY);
});
