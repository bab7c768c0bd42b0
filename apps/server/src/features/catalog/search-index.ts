import MiniSearch, { type SearchResult } from 'minisearch';
import type { KnownModel } from './model.ts';

/** What can be called comes before what cannot, and what stays before what ends. */
const STATUS_WEIGHT = { active: 1, deprecated: 0.9, retired: 0.5 };
/** A query that is exactly a model's id or name means that model. */
const EXACT_WEIGHT = 10;
const PREFIX_LENGTH_MIN = 2;
/** Words of a query that are looked at: enough for any name, and a bound on the time a search can take. */
const QUERY_WORDS_MAX = 8;
/** Words that say nothing about a model. */
const FILLERS = new Set(
  'a an and any are at by for from i in into is it me model models of on or that the this to what which with'.split(
    ' ',
  ),
);

/** Other words people use for a capability. */
const SYNONYMS: Partial<Record<KnownModel['capabilities'][number], string>> = {
  code: 'coding programming',
  vision: 'images photos',
  image_generation: 'images pictures drawing',
  embeddings: 'vectors',
  tools: 'functions agents',
  structured_output: 'json',
};

const FIELDS = ['name', 'id', 'compact', 'provider', 'capabilities', 'category', 'description'];
const BOOST = { name: 5, id: 4, compact: 3, provider: 2, capabilities: 2, category: 1.5, description: 1 };

/** How well each model that was found fits the query; higher is better. */
export type Relevance = ReadonlyMap<string, number>;

/** Words of a text: cut at everything but letters, digits and the dot inside a number such as 5.6. */
function tokenize(text: string): string[] {
  return text.toLowerCase().match(/\d+(?:\.\d+)+|[\p{L}\p{N}]+/gu) ?? [];
}

/** Without anything between the words, so that "gpt4", "codellama" and "claude3opus" are found. */
function compact(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Slips that are forgiven in a word: none in short ones, where every other word is one letter away. */
function slips(term: string): number | false {
  if (term.length < 4 || /^\d/.test(term)) return false;
  return term.length < 6 ? 1 : 2;
}

const SEARCH = {
  boost: BOOST,
  prefix: (term: string) => term.length >= PREFIX_LENGTH_MIN,
  weights: { fuzzy: 0.3, prefix: 0.6 },
};

/** The words of a query that count, each once. */
function wordsOf(query: string): string[] {
  const all = [...new Set(tokenize(query))];
  const telling = all.filter((word) => !FILLERS.has(word));
  return (telling.length > 0 ? telling : all).slice(0, QUERY_WORDS_MAX);
}

function capabilityWords(model: KnownModel): string {
  const free = model.price?.mode === 'free' ? ['free'] : [];
  return [...model.capabilities.flatMap((one) => [one, SYNONYMS[one] ?? '']), ...free].join(' ');
}

/** What of a model can be searched: as long as this stays the same its index can stay too. */
export function searchText(model: KnownModel): string {
  const { id, name, providerName, category, description, status } = model;
  return JSON.stringify([id, name, providerName, category, capabilityWords(model), description, status]);
}

/** An index in memory over `models`. */
export function createSearchIndex(models: readonly KnownModel[]) {
  const index = new MiniSearch({ fields: FIELDS, tokenize, processTerm: (term) => term, searchOptions: SEARCH });
  index.addAll(
    models.map((model) => ({
      id: model.id,
      name: model.name,
      compact: `${compact(model.name)} ${compact(model.upstreamModel)}`,
      provider: `${model.provider} ${model.providerName}`,
      capabilities: capabilityWords(model),
      category: model.category,
      description: model.description,
    })),
  );
  const byId = new Map(models.map((model) => [model.id, model]));

  function weight(id: string, wanted: string): number {
    const model = byId.get(id);
    if (!model) return 1;
    const isExact = [model.id, model.name, model.upstreamModel].some((name) => compact(name) === wanted);
    return (isExact ? EXACT_WEIGHT : 1) * STATUS_WEIGHT[model.status];
  }

  return {
    /**
     * Models with all words of the query; failing that with all words up to a slip or two; failing that with any of them.
     * An empty query finds nothing.
     */
    search(query: string): Relevance {
      const wanted = compact(query);
      if (wanted === '') return new Map();
      const words = wordsOf(query).join(' ');
      const together = { queries: [wanted], fields: ['compact'] };
      const all = {
        combineWith: 'OR' as const,
        queries: [{ queries: [words], combineWith: 'AND' as const }, together],
      };
      const attempts = [
        () => index.search(all),
        () => index.search(all, { fuzzy: slips }),
        () => index.search(words, { fuzzy: slips, combineWith: 'OR' }),
      ];
      let found: SearchResult[] = [];
      for (const attempt of attempts) if (found.length === 0) found = attempt();
      return new Map(found.map(({ id, score }) => [String(id), score * weight(String(id), wanted)]));
    },
  };
}

export type SearchIndex = ReturnType<typeof createSearchIndex>;
