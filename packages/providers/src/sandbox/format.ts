import type { SandboxModelFact } from './knowledge.ts';
import { priceText } from './price.ts';
import { hasAny, type Words } from './words.ts';

type Language = 'en' | 'de' | 'fr' | 'es';

/** What every answer ends with. */
export const NOTES: Readonly<Record<Language, string>> = {
  en: '*This is the sandbox, a demonstration built into the marketplace and not a language model.*',
  de: '*Das ist die Sandbox, eine in den Marktplatz eingebaute Vorführung und kein Sprachmodell. (This is the sandbox demonstration, not a language model.)*',
  fr: '*Ceci est la sandbox, une démonstration intégrée à la place de marché et non un modèle de langage. (This is the sandbox demonstration, not a language model.)*',
  es: '*Esto es la sandbox, una demostración integrada en el mercado y no un modelo de lenguaje. (This is the sandbox demonstration, not a language model.)*',
};

const LANGUAGE_WORDS: readonly [Language, readonly string[]][] = [
  [
    'de',
    'ich|welches|welche|kostet|wie|was|fur|der|die|das|und|ein|eine|ist|modelle|hallo|bist|kann|gunstig*|billig*|preis*'.split(
      '|',
    ),
  ],
  [
    'fr',
    'je|quel|quelle|quels|combien|le|les|pour|est|une|modele|modeles|bonjour|coute|puis|comment|moins|qui'.split('|'),
  ],
  ['es', 'que|cual|cuanto|cuesta|el|los|para|es|una|modelo|modelos|hola|como|puedo|barato|quien'.split('|')],
];

/** The language of a question by its little words; English unless another has two of them, or one and nothing English. */
export function languageOf(words: Words): Language {
  const isEnglish = hasAny(words, [
    'the',
    'is',
    'what',
    'which',
    'how',
    'does',
    'for',
    'i',
    'you',
    'of',
    'and',
    'are',
    'my',
    'to',
    'model',
    'cheapest',
  ]);
  const counted = LANGUAGE_WORDS.map(([language, phrases]) => ({
    language,
    count: phrases.filter((phrase) => hasAny(words, [phrase])).length,
  }));
  const best = counted.reduce((left, right) => (right.count > left.count ? right : left));
  return best.count >= (isEnglish ? 2 : 1) ? best.language : 'en';
}

/** Models side by side. Prices are in dollars per million input / output tokens. */
export function table(models: readonly SandboxModelFact[]): string {
  const rows = models.map(
    (model) =>
      `| ${model.name} | \`${model.id}\` | ${priceText(model)} | ${contextText(model)} | ${standingOf(model)} |`,
  );
  return ['| Model | Id | Input / output per 1M | Context | Here |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** A model in a few lines. */
export function factsOf(model: SandboxModelFact): string {
  const abilities = model.capabilities.map((capability) => capability.replaceAll('_', ' ')).join(', ');
  return [
    `**${model.name}** by ${model.provider} — ${model.description}`,
    `- Can: ${abilities || 'nothing listed'}`,
    `- Context: ${contextText(model)}`,
    `- Here: ${standingOf(model)}`,
  ].join('\n');
}

/** Whether it can be called here. */
export function standingOf(model: SandboxModelFact): string {
  if (model.status === 'retired') return 'retired';
  const standing = model.available ? 'available' : 'not here yet';
  return model.status === 'deprecated' ? `${standing}, being phased out` : standing;
}

/** `272000` → `272K`, `1050000` → `1.05M`. */
export function compactTokens(tokens: number): string {
  if (tokens >= 1_000_000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)}K` : String(tokens);
}

function contextText(model: SandboxModelFact): string {
  return model.contextWindow === null ? '—' : compactTokens(model.contextWindow);
}
