import { modelQuerySchema } from '@q/contract/models';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { manyModels, modelFixture, priceFixture, retiredFixture } from './model-fixture.ts';
import { inBaseOrder, selectModels } from './select-models.ts';
import { NO_STATS } from './store.ts';

test('among equally popular models those that can be called come first', () => {
  const equal = ['a/new', 'b/ready'].map((id, index) =>
    modelFixture({ id, releasedAt: index === 0 ? '2026-06-01' : '2025-01-01' }),
  );
  const context = { isAvailable: (model: { provider: string }) => model.provider === 'b', relevance: null };
  const { page } = selectModels(inBaseOrder(equal), modelQuerySchema.parse({}), context);
  expect(page.map(({ model }) => model.id)).toEqual(['b/ready', 'a/new']);
});

const models = [
  modelFixture({
    id: 'a/cheap',
    capabilities: ['text', 'tools'],
    contextWindow: 8_000,
    releasedAt: '2025-01-01',
    stats: { ...NO_STATS, usageCount: 5, rating: 4.5, tokensPerSecond: 50 },
    price: priceFixture('a/cheap', { unit: 'token', input: '0.35', output: '1.40' }),
  }),
  modelFixture({
    id: 'a/dear',
    capabilities: ['text', 'tools', 'vision'],
    inputModalities: ['text', 'image'],
    contextWindow: 200_000,
    releasedAt: '2026-06-01',
    stats: { ...NO_STATS, usageCount: 9, rating: 3 },
    price: priceFixture('a/dear', { unit: 'token', input: '15.00', output: '75.00' }),
  }),
  modelFixture({
    id: 'b/draws',
    capabilities: ['image_generation'],
    outputModalities: ['image'],
    contextWindow: 0,
    releasedAt: '2024-01-01',
    price: priceFixture('b/draws', { unit: 'image', image: '0.03' }),
  }),
  modelFixture({
    id: 'b/free',
    status: 'deprecated',
    releasedAt: null,
    checkedAt: '2026-11-10',
    price: priceFixture('b/free', { unit: 'token', input: '0.00', output: '0.00' }),
  }),
  retiredFixture({ id: 'c/gone', capabilities: ['text', 'tools'] }),
];

function select(query: Record<string, unknown> = {}, options: { found?: Record<string, number>; down?: string } = {}) {
  return selectModels(inBaseOrder(models), modelQuerySchema.parse(query), {
    isAvailable: (model) => model.status !== 'retired' && model.provider !== options.down,
    relevance: options.found ? new Map(Object.entries(options.found)) : null,
  });
}

const ids = (query: Record<string, unknown> = {}, options = {}) =>
  select(query, options).page.map(({ model }) => model.id);

describe('filters', () => {
  test.each([
    ['nothing: everything that is not retired', {}, ['a/dear', 'a/cheap', 'b/free', 'b/draws']],
    ['one provider', { provider: 'b' }, ['b/free', 'b/draws']],
    ['either provider', { provider: ['a', 'b'] }, ['a/dear', 'a/cheap', 'b/free', 'b/draws']],
    ['a provider nobody has', { provider: 'z' }, []],
    ['one capability', { capability: 'tools' }, ['a/dear', 'a/cheap']],
    ['all capabilities', { capability: ['tools', 'vision'] }, ['a/dear']],
    ['a modality, in or out', { modality: 'image' }, ['a/dear', 'b/draws']],
    ['what is free', { price: 'free' }, ['b/free']],
    ['a price tier', { price: 'budget' }, ['a/cheap', 'b/draws']],
    ['either price tier', { price: ['free', 'premium'] }, ['a/dear', 'b/free']],
    ['a lowest input price', { min_price: '1' }, ['a/dear']],
    ['a highest input price, as the buyer pays it', { max_price: '0.50' }, ['a/cheap', 'b/free']],
    ['a highest price just below', { max_price: '0.499999' }, ['b/free']],
    ['a range of prices', { min_price: '0.1', max_price: 10 }, ['a/cheap']],
    ['a smallest context', { min_context: '100000' }, ['a/dear']],
    ['a lowest rating', { min_rating: '4' }, ['a/cheap']],
    ['their ids', { id: ['b/free', 'a/cheap', 'z/none'] }, ['a/cheap', 'b/free']],
    ['a status', { status: 'retired' }, ['c/gone']],
    ['every status', { status: 'all' }, ['a/dear', 'a/cheap', 'b/free', 'b/draws', 'c/gone']],
    ['several filters at once', { provider: 'a', capability: 'tools', price: 'premium', min_rating: 2 }, ['a/dear']],
  ])('by %s', (_, query, expected) => {
    expect(ids(query)).toEqual(expected);
  });

  test('by what can be called now', () => {
    expect(ids({ available: 'true' }, { down: 'a' })).toEqual(['b/free', 'b/draws']);
    expect(ids({ available: 'false', status: 'all' }, { down: 'a' })).toEqual(['a/dear', 'a/cheap', 'c/gone']);
  });

  test('a search also finds what is retired', () => {
    expect(ids({}, { found: { 'c/gone': 3, 'a/cheap': 1 } })).toEqual(['c/gone', 'a/cheap']);
    expect(ids({ status: 'active' }, { found: { 'c/gone': 3, 'a/cheap': 1 } })).toEqual(['a/cheap']);
  });
});

describe('order', () => {
  test.each([
    ['popularity', undefined, ['a/dear', 'a/cheap', 'b/free', 'b/draws']],
    ['popularity', 'asc', ['b/free', 'b/draws', 'a/cheap', 'a/dear']],
    ['rating', undefined, ['a/cheap', 'a/dear', 'b/free', 'b/draws']],
    ['rating', 'asc', ['a/dear', 'a/cheap', 'b/free', 'b/draws']],
    ['price', undefined, ['b/free', 'a/cheap', 'a/dear', 'b/draws']],
    ['price', 'desc', ['a/dear', 'a/cheap', 'b/free', 'b/draws']],
    ['newest', undefined, ['b/free', 'a/dear', 'a/cheap', 'b/draws']],
    ['context', undefined, ['a/dear', 'b/free', 'a/cheap', 'b/draws']],
    ['speed', undefined, ['a/cheap', 'b/free', 'a/dear', 'b/draws']],
    ['relevance', undefined, ['a/dear', 'a/cheap', 'b/free', 'b/draws']],
  ])('by %s %s', (sort, order, expected) => {
    expect(ids({ sort, order })).toEqual(expected);
  });

  test('a search is ordered by relevance unless another order is asked for', () => {
    const found = { 'a/cheap': 1, 'a/dear': 2, 'b/free': 2 };
    expect(ids({}, { found })).toEqual(['b/free', 'a/dear', 'a/cheap']);
    expect(ids({ sort: 'price' }, { found })).toEqual(['b/free', 'a/cheap', 'a/dear']);
  });

  test('pages cut one and the same order: nothing twice, nothing missing', () => {
    const many = inBaseOrder(manyModels(137));
    const sorts = fc.constantFrom('popularity', 'rating', 'price', 'newest', 'context', 'speed');
    fc.assert(
      fc.property(sorts, fc.constantFrom('asc', 'desc'), fc.integer({ min: 1, max: 100 }), (sort, order, perPage) => {
        const seen: string[] = [];
        for (let page = 1; page <= Math.ceil(137 / perPage); page += 1) {
          const query = modelQuerySchema.parse({ sort, order, page, per_page: perPage });
          const selection = selectModels(many, query, { isAvailable: () => true, relevance: null });
          expect(selection.total).toBe(137);
          seen.push(...selection.page.map(({ model }) => model.id));
        }
        expect(new Set(seen).size).toBe(137);
      }),
    );
  });

  test('equals are in one order however they come', () => {
    const many = manyModels(40).map((model) => ({ ...model, releasedAt: '2026-01-01' }));
    const ordered = inBaseOrder(many).map(({ model }) => model.id);
    expect(inBaseOrder(many.toReversed()).map(({ model }) => model.id)).toEqual(ordered);
    expect(ordered).toEqual(many.map(({ id }) => id).toSorted());
  });

  test('a page beyond the end is empty and still tells the total', () => {
    expect(select({ page: 9 })).toMatchObject({ page: [], total: 4, pageNumber: 9, perPage: 20 });
  });
});

describe('facets', () => {
  const counts = (facet: { value: string; count: number }[]) =>
    Object.fromEntries(facet.map(({ value, count }) => [value, count]));

  test('count what is listed', () => {
    const { facets } = select();
    expect(counts(facets.providers)).toEqual({ a: 2, b: 2 });
    expect(counts(facets.capabilities)).toEqual({ text: 3, vision: 1, image_generation: 1, tools: 2 });
    expect(counts(facets.modalities)).toEqual({ text: 4, image: 2 });
    expect(counts(facets.price_tiers)).toEqual({ free: 1, budget: 2, premium: 1 });
  });

  test('a facet leaves out its own choice, so that the other values can be chosen too', () => {
    const { facets } = select({ provider: 'a', price: 'premium' });
    expect(counts(facets.providers)).toEqual({ a: 1, b: 0 });
    expect(counts(facets.price_tiers)).toEqual({ free: 0, budget: 1, premium: 1 });
    expect(counts(facets.capabilities)).toEqual({ text: 1, vision: 1, image_generation: 0, tools: 1 });
  });

  test('name every value of the models on sale, whatever is chosen', () => {
    const all = select().facets;
    const some = select({ provider: 'a', capability: 'vision', price: 'premium' }).facets;
    for (const name of ['providers', 'capabilities', 'modalities', 'price_tiers'] as const)
      expect(some[name].map(({ value }) => value).sort()).toEqual(all[name].map(({ value }) => value).sort());
    expect(some.providers.find(({ value }) => value === 'b')?.label).toBe(
      all.providers.find(({ value }) => value === 'b')?.label,
    );
  });

  test('statuses count what the list leaves out', () => {
    expect(counts(select().facets.statuses)).toEqual({ active: 3, deprecated: 1, retired: 1 });
  });

  test('steps of price, context and rating count what they would leave, whatever stands there now', () => {
    const { facets } = select({ max_price: '0.5', provider: 'a' });
    expect(counts(facets.max_prices)).toMatchObject({ '0.5': 1, '10': 1, '25': 2 });
    expect(counts(facets.min_prices)).toEqual({ '0.25': 1, '0.5': 1 });
    expect(counts(facets.contexts)).toEqual({ 8000: 1 });
    expect(counts(select().facets.ratings)).toEqual({ 3: 2, 4: 1, '4.5': 1 });
    expect(counts(select({}, { down: 'a' }).facets.availability)).toEqual({ true: 2, false: 2 });
  });

  test('every count is the number of models that choosing the value gives', () => {
    const many = inBaseOrder(manyModels(60));
    const context = { isAvailable: ({ id }: { id: string }) => !id.startsWith('heron'), relevance: null };
    const total = (query: Record<string, unknown>) => selectModels(many, modelQuerySchema.parse(query), context).total;
    const base = { capability: 'text', min_context: 20_000 };
    const { facets } = selectModels(many, modelQuerySchema.parse(base), context);
    for (const { value, count } of facets.providers) expect(count).toBe(total({ ...base, provider: value }));
    for (const { value, count } of facets.price_tiers) expect(count).toBe(total({ ...base, price: value }));
    for (const { value, count } of facets.modalities) expect(count).toBe(total({ ...base, modality: value }));
    for (const { value, count } of facets.capabilities)
      expect(count).toBe(total({ ...base, capability: ['text', value] }));
    const filters = {
      availability: 'available',
      min_prices: 'min_price',
      max_prices: 'max_price',
      contexts: 'min_context',
      ratings: 'min_rating',
    } as const;
    for (const [facet, name] of Object.entries(filters)) {
      const values = facets[facet as keyof typeof filters];
      expect(values.length).toBeGreaterThan(1);
      for (const { value, count } of values) expect(count, name).toBe(total({ ...base, [name]: value }));
    }
  });
});

describe('bad values are refused by name', () => {
  test.each([
    ['capability', 'flying'],
    ['modality', 'smell'],
    ['price', 'cheap'],
    ['min_price', '-1'],
    ['max_price', 'abc'],
    ['max_price', '1e3'],
    ['min_context', '1.5'],
    ['min_rating', '6'],
    ['status', 'dead'],
    ['available', 'yes'],
    ['sort', 'beauty'],
    ['order', 'up'],
    ['page', '0'],
    ['per_page', '101'],
    ['q', 'x'.repeat(201)],
  ])('%s=%s', (name, value) => {
    const parsed = modelQuerySchema.safeParse({ [name]: value });
    expect(parsed.error?.issues[0]?.path[0]).toBe(name);
  });
});
