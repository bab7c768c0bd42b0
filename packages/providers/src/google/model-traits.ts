/** What differs between Google's models as far as a request can name it. */
export interface ModelTraits {
  /** How thinking is asked for: a number of tokens (2.5), a level (3 and later), or not at all. */
  thinking: 'budget' | 'level' | 'none';
  /** True for a model that thinks unless it is told not to. */
  thinksUnasked: boolean;
  /** True for a model whose thinking can be turned off. */
  canTurnOff: boolean;
  /** Efforts it knows, least first. */
  efforts: readonly string[];
  /** True for models that refuse an earlier tool call of theirs without its signature. */
  wantsSignatures: boolean;
}

const BUDGETED: ModelTraits = {
  thinking: 'budget',
  thinksUnasked: true,
  canTurnOff: true,
  efforts: ['low', 'medium', 'high'],
  wantsSignatures: false,
};

const LEVELLED: ModelTraits = {
  thinking: 'level',
  thinksUnasked: true,
  canTurnOff: false,
  efforts: ['low', 'medium', 'high'],
  wantsSignatures: true,
};

const FOUR_LEVELS = ['minimal', 'low', 'medium', 'high'] as const;

/** First match counts. Read in Google's model pages of November 2026. */
const FAMILIES: readonly (readonly [RegExp, ModelTraits])[] = [
  [/^gemini-(?:1|2\.0|pro|ultra)/, { ...BUDGETED, thinking: 'none', thinksUnasked: false, efforts: [] }],
  [/^gemini-2\.5-pro/, { ...BUDGETED, canTurnOff: false }],
  [/^gemini-2\.5-flash-lite/, { ...BUDGETED, thinksUnasked: false }],
  [/^gemini-2\.5-/, BUDGETED],
  [/^gemma-/, { ...LEVELLED, thinksUnasked: false, efforts: FOUR_LEVELS, wantsSignatures: false }],
  [/-flash-lite/, { ...LEVELLED, thinksUnasked: false, efforts: FOUR_LEVELS }],
  [/-flash/, { ...LEVELLED, efforts: FOUR_LEVELS }],
];

/** The traits of a model by its name at Google. One that is not known is taken for one of the newest. */
export function traitsOf(model: string): ModelTraits {
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? LEVELLED;
}
