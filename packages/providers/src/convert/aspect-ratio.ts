import { refuse } from './refuse.ts';

/** Sizes such as 1792x1024 are meant as 16:9 and are a little off. */
const TOLERANCE = 0.02;

/**
 * The proportion among `ratios` (such as `3:2`) that a size in pixels has, for providers that take only that; undefined when none was asked for.
 * Refuses a size of another proportion.
 */
export function aspectRatioOf(size: string | undefined, ratios: readonly string[]): string | undefined {
  if (size === undefined) return undefined;
  const wanted = quotient(size.split('x'));
  const found = ratios.find((ratio) => Math.abs(quotient(ratio.split(':')) / wanted - 1) <= TOLERANCE);
  return (
    found ?? refuse('size', `This model draws in the proportions ${ratios.join(', ')}; "${size}" is none of them.`)
  );
}

function quotient([width, height]: string[]): number {
  return Number(width) / Number(height);
}
