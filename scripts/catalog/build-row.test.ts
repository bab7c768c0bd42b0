import { describe, expect, test } from 'vitest';
import { believe, buildRow, disagreements } from './build-row.ts';
import type { HandModel, SourceName } from './hand-model.ts';
import type { Observation, Source } from './read-sources.ts';

const hand: HandModel = { id: 'acme/one', name: 'One', description: 'A model.', version: '1', category: 'chat' };
const YEAR = {
  'pi-ai': '2026-11-10',
  'genai-prices': '2026-09-23',
  'node-llm': '2026-09-13',
  'models.dev': '2026-07-02',
  hand: '',
};

function observation(source: SourceName, input: number, over: Partial<Observation> = {}): Observation {
  return { source, label: `${source} 1.0`, asOf: YEAR[source], price: { input, output: 2 }, ...over };
}

function sourceOf(...observations: Observation[]): Source[] {
  return observations.map((one) => ({ name: one.source, observe: () => [one] }));
}

describe('prices that differ', () => {
  test('by more than one per cent are a disagreement', () => {
    expect(disagreements({ input: 1, output: 2 }, { input: 1.009, output: 2 })).toEqual([]);
    expect(disagreements({ input: 1, output: 2 }, { input: 1.011, output: 2 })).toEqual(['input']);
    expect(disagreements({ input: 0, output: 2 }, { input: 0.01, output: 2 })).toEqual(['input']);
  });

  test('a price only one source knows is none', () => {
    expect(disagreements({ input: 1, output: 2, cachedInput: 0.1 }, { input: 1, output: 2 })).toEqual([]);
  });

  test('stop the build and name the model, the field and both sources', () => {
    const { problems } = buildRow(hand, sourceOf(observation('pi-ai', 1), observation('genai-prices', 2)));
    expect(problems).toEqual(['acme/one input: pi-ai 1.0 says 1, genai-prices 1.0 says 2']);
  });

  test('are settled by a resolution that names whom to believe', () => {
    const resolved = {
      ...hand,
      resolutions: [{ believe: 'genai-prices' as const, over: ['pi-ai' as const], why: 'newer' }],
    };
    const { row, problems } = buildRow(resolved, sourceOf(observation('pi-ai', 1), observation('genai-prices', 2)));
    expect([problems, row?.price?.terms]).toEqual([[], { unit: 'token', input: '2.00', output: '2.00' }]);
    expect(row?.sources).toEqual([{ name: 'genai-prices 1.0', as_of: '2026-09-23' }]);
  });

  test('a resolution that settles nothing any more is reported, unless its source was not read', () => {
    const resolved = {
      ...hand,
      resolutions: [{ believe: 'pi-ai' as const, over: ['models.dev' as const], why: 'old' }],
    };
    const { problems } = believe(
      resolved,
      [observation('pi-ai', 1), observation('models.dev', 1)],
      ['pi-ai', 'models.dev'],
    );
    expect(problems).toEqual(['acme/one: the resolution over models.dev settles nothing any more; remove it']);
    expect(believe(resolved, [observation('pi-ai', 1)], ['pi-ai']).problems).toEqual([]);
  });

  test('a price written by hand is compared like any other', () => {
    const written = {
      ...hand,
      price: { unit: 'token' as const, input: '5.00', output: '2.00' },
      sources: [{ name: 'page', asOf: '2026-11-01' }],
    };
    expect(buildRow(written, sourceOf(observation('pi-ai', 1))).problems).toHaveLength(1);
    expect(buildRow(written, sourceOf(observation('pi-ai', 5))).problems).toEqual([]);
  });
});

describe('a row', () => {
  test('comes from the freshest source, with cached prices from one that agrees', () => {
    const older = observation('genai-prices', 1, { price: { input: 1, output: 2, cacheWrite: 1.25 } });
    const newer = observation('pi-ai', 1, {
      price: { input: 1, output: 2, cachedInput: 0.1 },
      context: 9000,
      maxOutput: 900,
    });
    const { row } = buildRow(hand, sourceOf(older, newer));
    expect(row).toMatchObject({
      id: 'acme/one',
      provider: 'acme',
      upstream_model: 'one',
      context_window: 9000,
      max_output: 900,
      capabilities: ['text', 'prompt_caching'],
      price: {
        effective_from: '2026-09-23',
        terms: { unit: 'token', input: '1.00', output: '2.00', cached_input: '0.10', cache_write: '1.25' },
      },
      checked_at: '2026-11-10',
    });
  });

  test('is the same with and without the snapshot that is only compared', () => {
    const sources = sourceOf(observation('pi-ai', 1));
    const compared = observation('models.dev', 1, { price: { input: 1, output: 2, cachedInput: 0.5 } });
    expect(buildRow(hand, [...sources, ...sourceOf(compared)])).toEqual(buildRow(hand, sources));
  });

  test('ends where the price steps up, and keeps the whole window beside it', () => {
    const stepped = observation('pi-ai', 1, { context: 200_000, maxOutput: 300_000, priceStep: 100_000 });
    expect(buildRow(hand, sourceOf(stepped)).row).toMatchObject({
      context_window: 100_000,
      provider_context_window: 200_000,
      max_output: 100_000,
    });
  });

  test('lists what the model can do here', () => {
    const able = observation('node-llm', 1, { reasoning: true, tools: true, structuredOutput: true, images: true });
    const { row } = buildRow({ ...hand, capabilities: ['code'], without: ['tools'] }, sourceOf(able));
    expect(row?.capabilities).toEqual(['text', 'code', 'reasoning', 'vision', 'structured_output']);
    expect(row?.input_modalities).toEqual(['text', 'image']);
  });

  test('of an embedding or an image bears no window and answers no text', () => {
    const limits = observation('node-llm', 1, { context: 9000, maxOutput: 900, images: true });
    expect(buildRow({ ...hand, category: 'embedding' }, sourceOf(limits)).row).toMatchObject({
      endpoints: ['embeddings'],
      capabilities: ['embeddings'],
      input_modalities: ['text'],
      output_modalities: ['embedding'],
      context_window: null,
      max_output: null,
    });
    const priced: HandModel = {
      ...hand,
      category: 'image',
      price: { unit: 'image', image: '0.04' },
      sources: [{ name: 'page', asOf: '2026-11-01' }],
    };
    expect(buildRow(priced, sourceOf(limits)).row).toMatchObject({
      endpoints: ['images'],
      price: { terms: { unit: 'image', image: '0.04' } },
    });
  });

  test('bears the day since which its price holds, and prices that are announced', () => {
    const dated = observation('genai-prices', 1, {
      priceSince: '2026-08-01',
      priceChanges: [{ from: '2027-01-01', price: { input: 2, output: 4 } }],
    });
    expect(buildRow(hand, sourceOf(dated)).row).toMatchObject({
      price: { effective_from: '2026-08-01' },
      price_changes: [{ effective_from: '2027-01-01', terms: { input: '2.00', output: '4.00' } }],
    });
  });

  test('needs a price and a source', () => {
    expect(buildRow(hand, []).problems).toEqual(['acme/one: nothing says where this comes from']);
    expect(buildRow(hand, sourceOf(observation('pi-ai', -1))).problems).toEqual([
      'acme/one: no source has a price that can be believed',
    ]);
  });

  test('of a retired model may be without a price, and names where its end is written', () => {
    const source = { name: 'deprecations page', asOf: '2026-11-05' };
    const { row, problems } = buildRow(
      { ...hand, priceUnknown: true, retired: { on: '2026-01-01', successor: 'acme/two', source } },
      [],
    );
    expect(problems).toEqual([]);
    expect(row).toMatchObject({
      status: 'retired',
      retires_at: '2026-01-01',
      successor: 'acme/two',
      price: null,
      sources: [{ name: 'deprecations page', as_of: '2026-11-05' }],
    });
  });
});
