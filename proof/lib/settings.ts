/** How much of a proof is run: `small` looks for one defect, `ordinary` is part of `npm test`, `full` takes as long as it takes. */
type Size = 'small' | 'ordinary' | 'full';

const SIZES: readonly Size[] = ['small', 'ordinary', 'full'];

function sizeOf(text: string | undefined): Size {
  return SIZES.find((size) => size === text) ?? 'ordinary';
}

/** The number every random choice of this run comes from; `npm run proof` prints it. */
export const SEED = Number(process.env['PROOF_SEED'] ?? 1) | 0;

const SIZE = sizeOf(process.env['PROOF_SIZE']);

/** The number for the size of this run. */
export function bySize(counts: Record<Size, number>): number {
  return counts[SIZE];
}

/** What fast-check is told: the seed, and to stop at the first failure where only the fact of a failure matters. */
export const CHECK = { seed: SEED, endOnFailure: SIZE === 'small' };
