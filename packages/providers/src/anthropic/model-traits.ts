/** What differs between Anthropic's models as far as a request can name it. */
export interface ModelTraits {
  /** How thinking is asked for: `adaptive` by an effort; `budget` by a number of tokens; `none`: the model cannot. */
  thinking: 'adaptive' | 'budget' | 'none';
  /** True for a model that thinks unless it is told not to. */
  thinksUnasked: boolean;
  /** The `thinking.type` that turns thinking off; null for a model that always thinks. */
  offSwitch: 'disabled' | 'between_tools' | null;
  /** Words of `output_config.effort`; for `budget` models words that are turned into a number of tokens. */
  efforts: readonly string[];
  /** False for models that refuse every temperature and top_p but the default. */
  takesSampling: boolean;
  /** False for models that refuse `tool_choice` of a named or of any tool. */
  takesForcedTools: boolean;
  /** True for models that can be held to a JSON schema. */
  takesSchema: boolean;
}

const FIVE_LEVELS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** Adaptive thinking only, on unless turned off, no sampling parameters. */
const FIFTH: ModelTraits = {
  thinking: 'adaptive',
  thinksUnasked: true,
  offSwitch: 'disabled',
  efforts: FIVE_LEVELS,
  takesSampling: false,
  takesForcedTools: true,
  takesSchema: true,
};

/** Thinking by a budget of tokens, off unless asked for. */
const BUDGETED: ModelTraits = {
  thinking: 'budget',
  thinksUnasked: false,
  offSwitch: 'disabled',
  efforts: ['low', 'medium', 'high'],
  takesSampling: true,
  takesForcedTools: true,
  takesSchema: true,
};

/** First match counts. Read in Anthropic's model pages and migration guides of November 2026. */
const FAMILIES: readonly (readonly [RegExp, ModelTraits])[] = [
  [/^claude-(?:fable|mythos)-|^claude-opus-5-5/, { ...FIFTH, offSwitch: null, takesForcedTools: false }],
  [/^claude-sonnet-5-5/, { ...FIFTH, offSwitch: 'between_tools', takesForcedTools: false }],
  [/^claude-opus-4-[78]/, { ...FIFTH, thinksUnasked: false }],
  [
    /^claude-(?:opus|sonnet)-4-6/,
    { ...FIFTH, thinksUnasked: false, efforts: ['low', 'medium', 'high', 'max'], takesSampling: true },
  ],
  [/^claude-(?:opus|sonnet|haiku)-4-5/, BUDGETED],
  [/^claude-(?:opus|sonnet)-4(?:-|$)|^claude-3-7-/, { ...BUDGETED, takesSchema: false }],
  [/^claude-(?:3|2|instant)/, { ...BUDGETED, thinking: 'none', efforts: [], takesSchema: false }],
];

/** The traits of a model by its name at Anthropic. One that is not known is taken for one of the newest. */
export function traitsOf(model: string): ModelTraits {
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? FIFTH;
}
