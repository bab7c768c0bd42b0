import type { PriceVersion } from '../catalog/price.ts';
import { grossOf } from '../ledger/charge.ts';
import type { ShortOf } from '../ledger/hold.ts';

/** Output tokens held for a streamed answer whose ceiling the caller left open; extended while it streams. */
const EXPECTED_STREAM_OUTPUT_TOKENS = 2_048;
/** Output ceiling of an answer that is not streamed and whose ceiling the caller left open: it is held whole and sent upstream. */
const OPEN_JSON_OUTPUT_TOKENS = 8_192;
/** Below this many affordable output tokens a call is refused rather than clamped. */
const CLAMPED_OUTPUT_TOKENS_MIN = 16;

/** What a call may spend and how its answer is kept within that. */
export interface Budget {
  /** Nano-dollars to hold before the call. */
  amount: bigint;
  inputTokensBound: number;
  /** Ceiling sent upstream; null: the answer streams and its hold is extended instead. */
  outputCap: number | null;
  /** Output tokens the hold covers so far, over all alternatives. */
  outputTokensHeld: number;
  /** True when the caller named the ceiling, so that it must not be lowered silently. */
  named: boolean;
  /** What the ceiling was lowered to fit, if it was. */
  loweredFor: ShortOf | null;
}

interface BudgetInput {
  price: PriceVersion;
  inputTokensBound: number;
  namedCap: number | null;
  modelMaxOutput: number;
  stream: boolean;
  alternatives: number;
}

/** Nano-dollars that `input` and `output` tokens cost where nothing is cached. */
export function priceOfTokens(price: PriceVersion, input: number, output: number): bigint {
  const plain = {
    inputTokens: input,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: output,
    reasoningTokens: 0,
  };
  return grossOf(plain, price);
}

/**
 * Nano-dollars that `input` and `output` tokens cost at most, whatever of the input is read from a cache or written to it: writing can be
 * dearer than plain input (1.25 times at Anthropic for the five minutes that can be asked for here), and all of it may be written.
 */
export function mostOfTokens(price: PriceVersion, input: number, output: number): bigint {
  const { input: plain, cachedInput, cacheWrite } = price.list;
  const dearest = { cachedInputTokens: 0, cacheWriteTokens: 0 };
  if (cacheWrite > plain && cacheWrite >= cachedInput) dearest.cacheWriteTokens = input;
  else if (cachedInput > plain) dearest.cachedInputTokens = input;
  return grossOf({ inputTokens: input, ...dearest, outputTokens: output, reasoningTokens: 0 }, price);
}

/**
 * Decides the hold of a call. A ceiling the caller names is held whole and sent upstream; an open one is held at an expected size:
 * nobody is refused a greeting because the model could write a book.
 */
export function budgetFor(input: BudgetInput): Budget {
  const { price, inputTokensBound, namedCap, modelMaxOutput, stream, alternatives } = input;
  const open = Math.min(stream ? EXPECTED_STREAM_OUTPUT_TOKENS : OPEN_JSON_OUTPUT_TOKENS, modelMaxOutput);
  const held = (namedCap ?? open) * alternatives;
  return {
    amount: mostOfTokens(price, inputTokensBound, held),
    inputTokensBound,
    outputCap: namedCap ?? (stream ? null : open),
    outputTokensHeld: held,
    named: namedCap !== null,
    loweredFor: null,
  };
}

/**
 * Lowers an open budget to what so many nano-dollars afford; null when that is too little to be an answer. It stays as it is where they
 * afford it after all: money can have come since it was refused.
 */
export function clampBudget(
  budget: Budget,
  price: PriceVersion,
  { nano: available, shortOf }: { nano: bigint; shortOf: ShortOf },
  alternatives: number,
): Budget | null {
  if (budget.amount <= available) return budget;
  const outputPrice = price.list.output;
  const input = mostOfTokens(price, budget.inputTokensBound, 0);
  if (available < input || outputPrice === 0n) return null;
  // One nano-dollar is left for the rounding of the sum.
  const tokens = Number(((available - input - 1n) * 1_000n) / outputPrice);
  const each = Math.floor(tokens / alternatives);
  if (each < CLAMPED_OUTPUT_TOKENS_MIN) return null;
  const held = each * alternatives;
  return {
    ...budget,
    outputCap: each,
    outputTokensHeld: held,
    amount: mostOfTokens(price, budget.inputTokensBound, held),
    loweredFor: shortOf,
  };
}

/** The most output tokens of all alternatives that a call can come to: its ceiling, else the model's own; no limit where neither is known. */
export function outputCeiling(
  { outputCap }: Pick<Budget, 'outputCap'>,
  model: { maxOutput: number },
  alternatives: number | null | undefined,
): number {
  const own = model.maxOutput > 0 ? model.maxOutput : Number.POSITIVE_INFINITY;
  return Math.min(outputCap ?? own, own) * (alternatives ?? 1);
}

/** Output tokens by which the hold of an open stream grows when it runs low. */
export const EXTENSION_OUTPUT_TOKENS = 2_048;
