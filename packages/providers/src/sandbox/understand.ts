import { findModels, type NamedModels } from './find-models.ts';
import type { SandboxDoc } from './knowledge.ts';
import * as lexicon from './lexicon.ts';
import type { IndexedModel } from './model-index.ts';
import { editDistance, hasAny, readWords, squash, type Words } from './words.ts';

/** Tokens of a typical call: what costs are worked out for when the question names none. */
const TYPICAL_INPUT = 1_000n;
const TYPICAL_OUTPUT = 500n;
const AMOUNT_MAX = 1_000_000_000_000n;
const TOKENS_PER_PAGE = 700;

/** What a question asks for, as far as the sandbox can tell. */
export interface Question {
  words: Words;
  named: NamedModels;
  /** Names of providers that are spoken of. */
  providers: string[];
  needs: readonly lexicon.Need[];
  /** The document whose keywords fit best; null when none does. */
  doc: SandboxDoc | null;
  /** Most dollars per million input tokens, as a decimal string; null without a limit. */
  priceLimit: string | null;
  /** Tokens of context that are asked for; null when the question names no number. */
  contextTokens: number | null;
  inputTokens: bigint;
  outputTokens: bigint;
  asks: {
    price: boolean;
    cheap: boolean;
    free: boolean;
    recommend: boolean;
    compare: boolean;
    retired: boolean;
    list: boolean;
    count: boolean;
    context: boolean;
    identity: boolean;
    help: boolean;
    howTo: boolean;
    greeting: boolean;
  };
}

/** Reads a question. `earlier` are the questions before it, the latest first: a model named there counts where this one says only "it". */
export function understand(
  text: string,
  earlier: readonly string[],
  facts: { models: readonly IndexedModel[]; docs: readonly SandboxDoc[] },
): Question {
  const words = readWords(text);
  const amounts = readAmounts(text);
  const asks = readAsks(words);
  return {
    words,
    named: namedModels(words, earlier, facts.models),
    providers: findProviders(words, facts.models),
    needs: readNeeds(words),
    doc: bestDoc(words, facts.docs),
    priceLimit: readPriceLimit(text),
    contextTokens: readContext(text),
    inputTokens: amounts.input ?? TYPICAL_INPUT,
    outputTokens: amounts.output ?? TYPICAL_OUTPUT,
    asks,
  };
}

function readAsks(words: Words): Question['asks'] {
  return {
    price: hasAny(words, lexicon.PRICE),
    cheap: hasAny(words, lexicon.CHEAP),
    free: hasAny(words, lexicon.FREE),
    recommend: hasAny(words, lexicon.RECOMMEND),
    compare: hasAny(words, lexicon.COMPARE),
    retired: hasAny(words, lexicon.RETIRED),
    list: hasAny(words, lexicon.LIST),
    count: hasAny(words, lexicon.COUNT),
    context: hasAny(words, lexicon.CONTEXT),
    identity: hasAny(words, lexicon.IDENTITY),
    help: hasAny(words, lexicon.HELP),
    howTo: hasAny(words, lexicon.HOW_TO),
    greeting: hasAny(words, lexicon.GREETING),
  };
}

const PRONOUN = [
  'it',
  'its',
  'that one',
  'this one',
  'that model',
  'this model',
  'es',
  'das',
  'il',
  'elle',
  'lo',
  'ese',
  'este',
];

function namedModels(words: Words, earlier: readonly string[], models: readonly IndexedModel[]): NamedModels {
  const named = findModels(words, models);
  if (named.exact.length > 0 || named.family.length > 0 || !hasAny(words, PRONOUN)) return named;
  for (const text of earlier) {
    const before = findModels(readWords(text), models);
    if (before.exact.length > 0) return before;
  }
  return named;
}

function readNeeds(words: Words): readonly lexicon.Need[] {
  const found = lexicon.NEEDS.filter((need) => hasAny(words, need.phrases));
  const makesImages = found.some((need) => need.capability === 'image_generation');
  // "Draw a picture" speaks of pictures, and "write code" of writing.
  const rest = found.filter((need) => !(makesImages && need.capability === 'vision'));
  return rest.length > 1 ? rest.filter((need) => need.capability !== 'text') : rest;
}

function findProviders(words: Words, models: readonly IndexedModel[]): string[] {
  const names = new Map<string, string>();
  for (const { model } of models) {
    if (model.id.startsWith('sandbox/') || names.has(model.provider)) continue;
    names.set(model.provider, model.provider);
    names.set(squash(model.provider), model.provider);
    names.set(squash(model.id.split('/')[0] ?? ''), model.provider);
  }
  const found = new Set<string>();
  for (const [index, word] of words.list.entries()) {
    const pair = word + (words.list[index + 1] ?? '');
    const provider = names.get(pair) ?? names.get(word) ?? misspelled(word, names);
    if (provider !== undefined) found.add(provider);
  }
  return [...found];
}

function misspelled(word: string, names: ReadonlyMap<string, string>): string | undefined {
  if (word.length < 6) return undefined;
  for (const [name, provider] of names) {
    if (name[0] === word[0] && editDistance(word, name, 1) === 1) return provider;
  }
  return undefined;
}

function bestDoc(words: Words, docs: readonly SandboxDoc[]): SandboxDoc | null {
  const asked = stemmed(words.list);
  let best: SandboxDoc | null = null;
  let bestScore = 0;
  for (const doc of docs) {
    let score = 0;
    for (const keyword of new Set(doc.keywords.map((given) => stemmed(readWords(given).list)))) {
      // The longer the keyword, the less it is chance: "top up" tells more than "up".
      if (keyword.trim() !== '' && asked.includes(keyword)) score += keyword.length;
    }
    if (score > bestScore) {
      best = doc;
      bestScore = score;
    }
  }
  return best;
}

/** The words without the endings of verbs and plurals: "billed" and "billing" are both "bill". */
function stemmed(list: readonly string[]): string {
  return ` ${list.map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, '') : word)).join(' ')} `;
}

const PRICE_LIMIT =
  /(?:under|below|less than|at most|max(?:imum)?|unter|höchstens|moins de|menos de)\s*[$€]?\s*(\d{1,6}(?:\.\d{1,6})?)\s*(k\b|m\b|tokens?|pages?|cents?|ct\b|centimes?|centavos?)?/i;

/** "under $2", "below 50 cents": dollars per million tokens as a decimal string. Limits of other things than money are none. */
function readPriceLimit(text: string): string | null {
  const [, amount, unit] = PRICE_LIMIT.exec(text.slice(0, 1_000)) ?? [];
  if (amount === undefined) return null;
  if (unit === undefined) return amount;
  return /^c/i.test(unit) && /^\d{1,4}$/.test(amount)
    ? `${Math.floor(Number(amount) / 100)}.${amount.padStart(2, '0').slice(-2)}`
    : null;
}

const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 1_000n,
  thousand: 1_000n,
  tsd: 1_000n,
  mille: 1_000n,
  mil: 1_000n,
  m: 1_000_000n,
  million: 1_000_000n,
  mio: 1_000_000n,
  millionen: 1_000_000n,
  millions: 1_000_000n,
  millones: 1_000_000n,
};
const AMOUNT =
  /(\d{1,3}(?:[.,\s]\d{3})+|\d{1,12})\s?(k|thousand|tsd|mille|mil|millionen|millions|million|millones|mio|m)?\b[\s-]*(?:tokens?\b)?[\s-]*(?:of |in der |de |d['’])?\s*(input|in|prompt|eingabe|entree|entrada|output|out|completion|ausgabe|sortie|salida)\b/gi;
const INPUT_WORDS = new Set(['input', 'in', 'prompt', 'eingabe', 'entree', 'entrada']);

function readAmounts(text: string): { input: bigint | null; output: bigint | null } {
  const amounts: { input: bigint | null; output: bigint | null } = { input: null, output: null };
  const plain = text
    .slice(0, 1_000)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '');
  for (const [, digits = '', unit = '', direction = ''] of plain.matchAll(AMOUNT)) {
    const amount = BigInt(digits.replace(/\D/g, '')) * (UNITS[unit.toLowerCase()] ?? 1n);
    if (amount > AMOUNT_MAX) continue;
    amounts[INPUT_WORDS.has(direction.toLowerCase()) ? 'input' : 'output'] = amount;
  }
  return amounts;
}

function readContext(text: string): number | null {
  const plain = text.slice(0, 1_000);
  const pages = /(\d{1,3}(?:[.,]\d{3})*|\d{1,6})\s*(?:pages?|seiten|paginas|páginas)\b/i.exec(plain)?.[1];
  if (pages) return Number(pages.replace(/\D/g, '')) * TOKENS_PER_PAGE;
  const [, digits, unit] =
    /(\d{1,4}(?:\.\d)?)\s?(k|m|million|thousand)\b[\s-]*(?:tokens?|context|kontext|contexte|contexto)/i.exec(plain) ??
    [];
  if (!digits || !unit) return null;
  return Math.round(Number(digits) * (unit.toLowerCase().startsWith('m') ? 1_000_000 : 1_000));
}
