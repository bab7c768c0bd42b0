import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSeed } from '../../apps/server/src/features/catalog/load-seed.ts';
import { disagreements } from './build-row.ts';
import { readGenaiPrices, readModelsDev, readNodeLlm, readPiAi } from './read-sources.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalog-sources-'));
  const data = join(folder, 'dist/providers/data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"version":"9.9.9"}');
  writeFileSync(join(data, '.manifest.json'), '{"generatedAt":"2026-11-10T12:05:37.628Z"}');
  const model = {
    id: 'one',
    type: 'chat',
    reasoning: true,
    input: ['text', 'image'],
    cost: {
      input: 1,
      output: 2,
      cacheRead: 0.1,
      cacheWrite: 0,
      tiers: [{ inputTokensAbove: 300 }, { inputTokensAbove: 200 }],
    },
    contextWindow: 1000,
    maxTokens: 100,
  };
  const groups = { 'a-format': { 'chat:one': model, 'classifier:one': { ...model, type: 'classifier' } } };
  writeFileSync(join(data, 'acme.json'), JSON.stringify(groups));
  const snapshot = {
    source: 'models.dev, snapshot 2026-07-02',
    providers: { acme: { models: { one: { cost: { input: 1, output: 2, cache_read: 0 } }, two: {} } } },
  };
  writeFileSync(join(folder, 'models-dev.json'), JSON.stringify(snapshot));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('pi-ai: chat models by exact id, 0 read as "no such price", the lowest step', () => {
  const source = readPiAi(folder);
  expect(source.observe('acme', 'one')).toEqual([
    {
      source: 'pi-ai',
      label: '@earendil-works/pi-ai 9.9.9',
      asOf: '2026-11-10',
      price: { input: 1, output: 2, cachedInput: 0.1, cacheWrite: undefined },
      priceStep: 200,
      context: 1000,
      maxOutput: 100,
      reasoning: true,
      images: true,
      tools: true,
    },
  ]);
  expect([source.observe('acme', 'on'), source.observe('nobody', 'one')]).toEqual([[], []]);
});

test('models.dev: prices only', () => {
  const source = readModelsDev(join(folder, 'models-dev.json'));
  expect(source.observe('acme', 'one')).toEqual([
    { source: 'models.dev', label: 'models.dev', asOf: '2026-07-02', price: { input: 1, output: 2 } },
  ]);
  expect(source.observe('acme', 'two')).toEqual([]);
});

describe('the installed catalogs', () => {
  const genai = readGenaiPrices('2026-11-21');
  const nodeLlm = readNodeLlm();

  test('a newer model does not get the price of the one whose name it begins with', () => {
    expect(genai.observe('anthropic', 'claude-sonnet-5')).toHaveLength(1);
    expect(genai.observe('anthropic', 'claude-sonnet-5-5')).toEqual([]);
  });

  test('dated prices: the one in force, since when, and what is announced', () => {
    expect(genai.observe('openai', 'gpt-5.6-luna')[0]).toMatchObject({
      price: { input: 0.2 },
      priceSince: '2026-07-30',
    });
    expect(readGenaiPrices('2026-07-01').observe('openai', 'gpt-5.6-luna')[0]?.price?.input).toBe(1);
    expect(genai.observe('google', 'gemini-3.8-flash')[0]?.priceChanges).toMatchObject([
      { from: '2027-01-01', price: { input: 1.5 } },
    ]);
  });

  test('agree with the committed seed wherever the seed names them as a source', async () => {
    const { models } = await loadSeed();
    const compared = models.flatMap((model) => {
      if (model.price?.terms.unit !== 'token') return [];
      const { input, output, cached_input, cache_write } = model.price.terms;
      const optional = (text: string | undefined) => (text === undefined ? undefined : Number(text));
      const price = {
        input: Number(input),
        output: Number(output),
        cachedInput: optional(cached_input),
        cacheWrite: optional(cache_write),
      };
      return [genai, nodeLlm]
        .flatMap((source) => source.observe(model.provider, model.upstream_model))
        .filter((one) => model.sources.some(({ name }) => name === one.label))
        .map((one) => ({ id: model.id, differ: one.price ? disagreements(price, one.price) : [] }));
    });
    expect(compared.length).toBeGreaterThan(60);
    expect(compared.filter(({ differ }) => differ.length > 0)).toEqual([]);
  });
});
