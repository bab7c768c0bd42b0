import type { SandboxModelFact } from './knowledge.ts';
import type { IndexedModel } from './model-index.ts';
import { editDistance, readWords, type Words } from './words.ts';

/** Longest name, in words. */
const NAME_WORDS_MAX = 8;
const CANDIDATES_MAX = 3;

/** Words that are part of names but mean something else when they stand alone. */
const ORDINARY = new Set(
  (
    'guide sandbox command generate mistral core ultra large medium small mini nano micro flash lite pro plus light instant image images text vision ' +
    'embed embedding preview local chat code coder reasoning turbo instruct next hosted stable open the of and for 1 2 3 4 5 6 7'
  ).split(' '),
);

/** Other spellings of families. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['gtp', 'gpt'],
  ['chatgpt', 'gpt'],
  ['dalle', 'gpt image'],
]);

/** Which models a question names. */
export interface NamedModels {
  /** Named without doubt, in the order of the question. */
  exact: SandboxModelFact[];
  /** When none is: the models of the family that is spoken of, the likeliest first. */
  family: SandboxModelFact[];
}

/** Finds the models that a question names, in any spelling, with typing errors, or by their family only (`claude opus`). */
export function findModels(words: Words, models: readonly IndexedModel[]): NamedModels {
  const asWritten = findExact(words.list, models);
  if (asWritten.length > 0) return { exact: asWritten, family: [] };
  const makers = makerNames(models);
  const families = familyNames(models, makers);
  const spoken = words.list
    .flatMap((word) => (ALIASES.get(word) ?? word).split(' '))
    .map((word) => (families.has(word) || makers.has(word) ? word : corrected(word, families)));
  const exact = findExact(spoken, models);
  const strong = [...new Set(spoken.filter((word) => families.has(word)))];
  return { exact, family: exact.length > 0 || strong.length === 0 ? [] : findFamily(spoken, strong, models) };
}

/** Words by which providers are called. */
function makerNames(models: readonly IndexedModel[]): Set<string> {
  const names = new Set(models.flatMap(({ model }) => [model.provider, model.id.split('/')[0] ?? '']));
  return new Set([...names].flatMap((name) => readWords(name).list));
}

function findExact(list: readonly string[], models: readonly IndexedModel[]): SandboxModelFact[] {
  const bySpelling = new Map<string, SandboxModelFact>();
  for (const { model, spellings } of models) {
    for (const spelling of spellings) {
      const known = bySpelling.get(spelling);
      if (!known || (known.status === 'retired' && model.status !== 'retired')) bySpelling.set(spelling, model);
    }
  }
  const found = new Set<SandboxModelFact>();
  for (let start = 0; start < list.length; ) {
    const length = longestName(list, start, bySpelling);
    const model = bySpelling.get(joined(list, start, length));
    if (length > 0 && model) found.add(model);
    start += Math.max(1, length);
  }
  return [...found];
}

function joined(list: readonly string[], start: number, length: number): string {
  return list
    .slice(start, start + length)
    .join('')
    .replaceAll('.', '');
}

function longestName(list: readonly string[], start: number, bySpelling: ReadonlyMap<string, unknown>): number {
  for (let length = Math.min(NAME_WORDS_MAX, list.length - start); length > 0; length -= 1) {
    const name = joined(list, start, length);
    const isOrdinary = length === 1 && ORDINARY.has(name);
    if (name.length > 1 && !isOrdinary && bySpelling.has(name)) return length;
  }
  return 0;
}

/** Models that have all family names of the question, those first that share most of its other words too. */
function findFamily(
  spoken: readonly string[],
  strong: readonly string[],
  models: readonly IndexedModel[],
): SandboxModelFact[] {
  const score = (parts: ReadonlySet<string>) => spoken.filter((word) => parts.has(word)).length;
  const candidates = models.filter(({ parts }) => strong.every((word) => parts.has(word)));
  const best = Math.max(0, ...candidates.map(({ parts }) => score(parts)));
  return candidates
    .filter(({ parts }) => score(parts) === best)
    .map(({ model }) => model)
    .sort((left, right) => standing(left) - standing(right))
    .slice(0, CANDIDATES_MAX);
}

/** What models are called, less their makers and ordinary words. */
function familyNames(models: readonly IndexedModel[], makers: ReadonlySet<string>): Set<string> {
  const parts = new Set(models.flatMap(({ name }) => name));
  return new Set([...parts].filter((part) => /^[a-z]{3,}$/.test(part) && !makers.has(part) && !ORDINARY.has(part)));
}

/** The family that a word with a typing error means, else the word. */
function corrected(word: string, families: ReadonlySet<string>): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const allowed = word.length < 7 ? 1 : 2;
  for (const family of families) {
    if (family.length >= 4 && family[0] === word[0] && editDistance(word, family, allowed) <= allowed) return family;
  }
  return word;
}

function standing(model: SandboxModelFact): number {
  if (model.status === 'retired') return 2;
  return model.available || model.status === 'active' ? 0 : 1;
}
