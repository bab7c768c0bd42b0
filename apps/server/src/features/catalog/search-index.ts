import MiniSearch from 'minisearch';
import type { KnownModel } from './model.ts';

/** Retired models that fit as well as a model on sale come after it. */
const RETIRED_WEIGHT = 0.8;
/** A query that is exactly a model's id or name means that model. */
const EXACT_WEIGHT = 10;
const PREFIX_LENGTH_MIN = 2;

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
  fuzzy: slips,
  weights: { fuzzy: 0.3, prefix: 0.6 },
};

/** What of a model can be searched: as long as this stays the same its index can stay too. */
export function searchText(model: KnownModel): string {
  const { id, name, providerName, category, description, status } = model;
  return JSON.stringify([id, name, providerName, category, model.capabilities, description, status]);
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
      capabilities: model.capabilities.join(' '),
      category: model.category,
      description: model.description,
    })),
  );
  const byId = new Map(models.map((model) => [model.id, model]));

  function weight(id: string, wanted: string): number {
    const model = byId.get(id);
    if (!model) return 1;
    const isExact = [model.id, model.name, model.upstreamModel].some((name) => compact(name) === wanted);
    return (isExact ? EXACT_WEIGHT : 1) * (model.status === 'retired' ? RETIRED_WEIGHT : 1);
  }

  return {
    /** Models with all words of the query, or failing that with any of them. An empty query finds nothing. */
    search(query: string): Relevance {
      const wanted = compact(query);
      if (wanted === '') return new Map();
      const together = { queries: [wanted], fields: ['compact'] };
      const every = index.search({ combineWith: 'OR', queries: [{ queries: [query], combineWith: 'AND' }, together] });
      const found = every.length > 0 ? every : index.search(query, { combineWith: 'OR' });
      return new Map(found.map(({ id, score }) => [String(id), score * weight(String(id), wanted)]));
    },
  };
}

export type SearchIndex = ReturnType<typeof createSearchIndex>;
