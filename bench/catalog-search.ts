import { modelQuerySchema } from '@q/contract/models';
import { createListing, listModels } from '../apps/server/src/features/catalog/listing.ts';
import { manyModels } from '../apps/server/src/features/catalog/model-fixture.ts';
import { against, decimals, type Table } from './lib/table.ts';

const MODELS = 5_000;
const ROUNDS = 40;
const WARM_UP_ROUNDS = 5;
/** What the product promises. */
const P95_MS_MAX = 50;

/** What people type and click: names, slips, plain words, filters, and the bare list. */
const QUERIES: Record<string, unknown>[] = [
  {},
  { q: 'nimbus' },
  { q: 'qaurtz 3.2 turbo' },
  { q: 'coding agents' },
  { q: 'heron', capability: ['code', 'tools'], price: 'premium', min_context: 32_000 },
  { provider: ['sable', 'onyx'], min_price: '5', max_price: '40', sort: 'price' },
  { sort: 'rating', min_rating: '3', per_page: 100 },
  { q: 'translation and mathematics', sort: 'newest', page: 3 },
];

/** Milliseconds of one search, filters, facets and presentation included. */
export interface CatalogSearchResult {
  models: number;
  searches: number;
  indexMs: number;
  p50Ms: number;
  p95Ms: number;
  maxMs: number;
}

/** Searches 5,000 generated models the way the API does, without HTTP. */
export function benchCatalogSearch(): CatalogSearchResult {
  const startedAt = performance.now();
  const listing = createListing(new Map(manyModels(MODELS).map((model) => [model.id, model])));
  const indexMs = performance.now() - startedAt;
  const queries = QUERIES.map((query) => modelQuerySchema.parse(query));
  const times: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const query of queries) {
      const before = performance.now();
      listModels(listing, query, () => true);
      if (round >= 0) times.push(performance.now() - before);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { models: MODELS, searches: times.length, indexMs, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

/** The result as a table. */
export function catalogTable(result: CatalogSearchResult): Table {
  const { models, searches, indexMs, p50Ms, p95Ms, maxMs } = result;
  return {
    title: 'Catalog search',
    note: `${searches} searches over ${models} generated models, filters, facets and presentation included.`,
    columns: ['', 'measured', 'floor'],
    rows: [
      ['building the index', `${decimals(indexMs, 0)} ms`, ''],
      ['one search, p50', `${decimals(p50Ms, 2)} ms`, ''],
      ['one search, p95', `${decimals(p95Ms, 2)} ms`, against(p95Ms, { max: P95_MS_MAX }, ' ms')],
      ['one search, slowest', `${decimals(maxMs, 2)} ms`, ''],
    ],
  };
}
