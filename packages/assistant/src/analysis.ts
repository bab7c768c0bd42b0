/** What a model can be wanted for. Everything else a sentence says is a requirement. */
export const TASKS = [
  'code',
  'debug',
  'data_sql',
  'math',
  'reasoning',
  'writing',
  'roleplay',
  'translation',
  'summarization',
  'extraction',
  'classification',
  'qa',
  'brainstorm',
  'tools',
  'image_gen',
  'vision',
  'embeddings',
  'speech_to_text',
  'text_to_speech',
  'video_gen',
] as const;

export type Task = (typeof TASKS)[number];

export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file' | 'embedding';

/** How often something is paid for or done; `total` is once and for all. */
export type Period = 'call' | 'million_tokens' | 'day' | 'week' | 'month' | 'year' | 'total';

/** What a sentence asks of a model besides its task. What it does not speak of is null, false or empty. */
export interface Requirements {
  /** The most that may be spent, in US dollars as a decimal string, for each `per`. */
  budget: { amount_usd: string; per: Period } | null;
  /** How many calls, documents, images… are to be done in each period (`call` never). */
  volume: { calls: number; per: Exclude<Period, 'call' | 'million_tokens'> } | null;
  /** Nothing may be paid at all. */
  free_only: boolean;
  /** A low price is asked for without a figure. */
  low_cost: boolean;
  /** A quick answer is asked for. */
  fast: boolean;
  /** The best quality is asked for, whatever it costs. */
  best_quality: boolean;
  /** It has to run on the person's own machines. */
  local: boolean;
  /** Its weights have to be open. */
  open_weights: boolean;
  /** Data may not leave, or not be kept or trained on. */
  private: boolean;
  /** Provider ids as in the catalog. */
  providers: { include: string[]; exclude: string[] };
  /** ISO 639-1 codes of languages it has to know besides that of the sentence itself. */
  languages: string[];
  /** Tokens that have to fit at once, where a length is told. */
  min_context_tokens: number | null;
  /** Long input is spoken of, with or without a length. */
  long_context: boolean;
  /** What is given to the model. */
  input_modalities: Modality[];
  /** What has to come out of it. */
  output_modalities: Modality[];
  /** JSON, a schema, or another strict form is asked for. */
  structured_output: boolean;
  /** It has to call functions. */
  tools: boolean;
}

/** The requirements of who asks for nothing besides the task. */
export const NOTHING_REQUIRED: Requirements = {
  budget: null,
  volume: null,
  free_only: false,
  low_cost: false,
  fast: false,
  best_quality: false,
  local: false,
  open_weights: false,
  private: false,
  providers: { include: [], exclude: [] },
  languages: [],
  min_context_tokens: null,
  long_context: false,
  input_modalities: [],
  output_modalities: [],
  structured_output: false,
  tools: false,
};

/** What Q Assistant makes of a sentence. */
export interface Analysis {
  task: Task;
  /** All tasks with their probabilities, which sum to 1, the likeliest first. */
  tasks: { task: Task; probability: number }[];
  /** ISO 639-1 code of the language the sentence is in. */
  language: string;
  complexity: 'simple' | 'moderate' | 'complex';
  requirements: Requirements;
  /** Tokens of one call, estimated. */
  tokens: { input: number; output: number };
}
