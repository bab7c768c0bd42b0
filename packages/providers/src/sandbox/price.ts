import type { SandboxModelFact } from './knowledge.ts';

const NANO_DIGITS = 9;
const PRICE_DIGITS = 6;
/** Input tokens for one output token in ordinary chat: what two prices are weighed by to sort models. */
const INPUT_SHARE = 3n;

/** Reads a decimal string of dollars per million tokens into pico-dollars per token; null when it is none. */
export function readPrice(text: string | null): bigint | null {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text ?? '');
  return match ? BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(PRICE_DIGITS, '0')) : null;
}

/** What so many tokens cost, as exact dollars: each total is rounded up once to the next nano-dollar, as a charge is. Null without token prices. */
export function costOf(model: SandboxModelFact, input: bigint, output: bigint): string | null {
  const inputPrice = readPrice(model.inputPricePerMillion);
  const outputPrice = readPrice(model.outputPricePerMillion);
  if (inputPrice === null || outputPrice === null) return null;
  const nano = (input * inputPrice + output * outputPrice + 999n) / 1_000n;
  const digits = nano.toString().padStart(NANO_DIGITS + 1, '0');
  return trimZeros(`${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`);
}

/** One figure to sort by: the price of a million tokens in the mix of ordinary chat. Null sorts last. */
export function blendedPrice(model: SandboxModelFact): bigint | null {
  const inputPrice = readPrice(model.inputPricePerMillion);
  const outputPrice = readPrice(model.outputPricePerMillion);
  return inputPrice === null || outputPrice === null ? null : INPUT_SHARE * inputPrice + outputPrice;
}

/** True when a call costs nothing. */
export function isFree(model: SandboxModelFact): boolean {
  return blendedPrice(model) === 0n;
}

/** The price as a person reads it. */
export function priceText(model: SandboxModelFact): string {
  if (model.pricePerImage) return `$${trimZeros(model.pricePerImage)} an image`;
  const { inputPricePerMillion: input, outputPricePerMillion: output } = model;
  if (input === null || output === null) return 'see its page';
  if (isFree(model)) return 'free';
  return readPrice(output) === 0n ? `$${trimZeros(input)}, input only` : `$${trimZeros(input)} / $${trimZeros(output)}`;
}

/** The price in a sentence: "costs …". */
export function priceSentence(model: SandboxModelFact): string {
  if (model.inputPricePerMillion === null || isFree(model)) return isFree(model) ? 'nothing' : priceText(model);
  if (readPrice(model.outputPricePerMillion) === 0n)
    return `$${trimZeros(model.inputPricePerMillion)} per million input tokens`;
  return `${priceText(model)} per million input / output tokens`;
}

/** Drops zeros at the end, but keeps two decimals: `0.007500000` → `0.0075`, `2.000000` → `2.00`. */
function trimZeros(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}
