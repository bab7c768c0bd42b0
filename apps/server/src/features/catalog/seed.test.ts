import { describe, expect, test } from 'vitest';
import { loadSeed } from './load-seed.ts';
import { resaleTerms } from './plan-price-versions.ts';
import { seedSchema } from './seed-format.ts';

const seed = await loadSeed();
const byId = new Map(seed.models.map((model) => [model.id, model]));
const live = seed.models.filter((model) => model.status !== 'retired');

describe('the committed seed', () => {
  test('has at least 53 models on sale from the eight providers and the sandbox', () => {
    expect(live.length).toBeGreaterThanOrEqual(53);
    expect(new Set(live.map((model) => model.provider))).toEqual(
      new Set(['openai', 'anthropic', 'google', 'huggingface', 'mistral', 'cohere', 'stability', 'ollama', 'sandbox']),
    );
  });

  test.each([
    ['openai/gpt-4', '2026-10-23', '30.00'],
    ['openai/gpt-4-turbo', '2026-10-23', '10.00'],
    ['openai/gpt-3.5-turbo', '2026-10-23', '0.50'],
    ['openai/davinci', '2024-01-04', '20.00'],
    ['anthropic/claude-2', '2025-07-21', '8.00'],
    ['anthropic/claude-3-opus', '2026-01-05', '15.00'],
    ['anthropic/claude-3-sonnet', '2025-07-21', '3.00'],
    ['anthropic/claude-3-haiku', '2026-04-20', '0.25'],
    ['google/gemini-pro', '2025-02-15', '0.125'],
    ['google/bison-2', '2024-08-15', '0.125'],
    ['mistral/mistral-large-2402', null, '4.00'],
    ['cohere/command', '2025-09-15', '1.00'],
    ['cohere/generate', '2025-09-15', '1.00'],
  ])('%s is retired with its last price and a successor on sale', (id, on, input) => {
    const model = byId.get(id);
    expect(model).toMatchObject({ status: 'retired', retires_at: on, price: { terms: { unit: 'token', input } } });
    expect(live.map((one) => one.id)).toContain(model?.successor);
  });

  test.each(['google/gemini-ultra', 'stability/stable-diffusion-v1-6', 'stability/stable-diffusion-xl-1024-v1-0'])(
    '%s is retired and names a successor on sale',
    (id) => {
      expect(byId.get(id)?.status).toBe('retired');
      expect(live.map((one) => one.id)).toContain(byId.get(id)?.successor);
    },
  );

  test.each(['ollama/llama2', 'ollama/mistral', 'ollama/codellama', 'ollama/falcon', 'openai/text-embedding-ada-002'])(
    '%s can still be called',
    (id) => {
      expect(byId.get(id)?.status).toBe('active');
    },
  );

  test.each([
    ['openai/gpt-5', '2026-12-11'],
    ['openai/o3-pro', '2026-12-11'],
    ['openai/gpt-4o', '2027-01-14'],
    ['openai/gpt-image-1-mini', '2026-12-01'],
    ['anthropic/claude-sonnet-4-5-20250929', '2026-11-30'],
    ['google/gemini-2.5-pro', '2026-12-01'],
  ])('%s is deprecated and ends on %s', (id, on) => {
    expect(byId.get(id)).toMatchObject({ status: 'deprecated', retires_at: on });
  });

  test('the sandbox model sells at $0.50 and $2.00', () => {
    const sandbox = byId.get('sandbox/guide');
    expect(sandbox).toMatchObject({
      name: 'Sandbox Guide',
      context_window: 16_384,
      max_output: 2048,
      category: 'chat',
    });
    const terms = sandbox?.price && resaleTerms(sandbox.price.terms, 3_000);
    expect([terms?.list.input, terms?.list.output]).toEqual([500_000n, 2_000_000n]);
  });

  test('local models cost nothing, and only they and what its provider gives away', () => {
    const free = live.filter((model) => model.price && resaleTerms(model.price.terms, 3_000).mode === 'free');
    expect(free.filter((model) => model.provider === 'ollama').length).toBeGreaterThanOrEqual(10);
    expect(free.filter((model) => model.provider !== 'ollama').map((model) => model.id)).toEqual([
      'google/gemma-4-31b-it',
    ]);
  });

  test('nothing is sold beyond the tokens its price holds for', () => {
    expect(byId.get('openai/gpt-5.5')).toMatchObject({ context_window: 272_000, provider_context_window: 1_050_000 });
    expect(byId.get('anthropic/claude-haiku-5-5')).toMatchObject({ context_window: 100_000 });
    expect(byId.get('google/gemini-2.5-pro')).toMatchObject({ context_window: 200_000 });
  });

  test('an announced price waits for its day', () => {
    expect(byId.get('google/gemini-3.8-flash')?.price_changes).toEqual([
      { effective_from: '2027-01-01', terms: { unit: 'token', input: '1.50', output: '7.50', cached_input: '0.15' } },
    ]);
  });

  test('every chat model on sale has a context window, and every description says something', () => {
    const chat = live.filter((model) => model.endpoints.includes('chat'));
    expect(chat.filter((model) => model.context_window === null).map((model) => model.id)).toEqual([]);
    expect(seed.models.filter((model) => model.description.length < 25).map((model) => model.id)).toEqual([]);
  });
});

describe('the format of a seed', () => {
  const [first, ...rest] = seed.models;
  const refuses = (over: object) =>
    seedSchema
      .safeParse({ ...seed, models: [{ ...first, ...over }, ...rest] })
      .error?.issues.map((issue) => issue.message)
      .join();

  test.each([
    [
      'a price with an exponent',
      { price: { effective_from: '2026-01-01', terms: { unit: 'token', input: '1e3', output: '1' } } },
      'decimal string',
    ],
    [
      'a price above $10,000',
      { price: { effective_from: '2026-01-01', terms: { unit: 'token', input: '10000.01', output: '1' } } },
      'from 0 to 10000',
    ],
    [
      'a negative price',
      { price: { effective_from: '2026-01-01', terms: { unit: 'token', input: '-1', output: '1' } } },
      'from 0 to 10000',
    ],
    ['a model on sale without a price', { price: null }, 'needs a price'],
    ['a successor nobody knows', { status: 'retired', successor: 'openai/gpt-99' }, 'is not in the catalog'],
    ['a successor that is retired', { status: 'deprecated', successor: 'openai/gpt-4' }, 'is retired too'],
    ['the id of another model', { id: 'openai/gpt-4' }, 'same id'],
    ['a provider that is not listed', { provider: 'acme', id: 'acme/one' }, 'is not listed'],
    ['a field nobody knows', { prise: 1 }, 'Unrecognized key'],
  ])('refuses %s', (_, over, message) => {
    expect(refuses(over)).toContain(message);
  });
});
