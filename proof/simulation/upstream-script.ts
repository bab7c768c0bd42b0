import type { StreamPart } from '@q/providers/spec/stream-part';
import type { Usage } from '@q/providers/spec/usage';
import { usageOf } from '../../apps/server/src/testing/scripted-provider.ts';
import type { Random } from '../lib/random.ts';

/** What the provider will do with one call. */
export interface UpstreamScript {
  /** Everything it will send, in order. */
  parts: StreamPart[];
  /** After so many parts it fails; null: it ends well. */
  failsAfter: number | null;
}

const PIECE_BYTES = [1, 2, 3, 30, 300, 900, 2_500];

function usageFor(random: Random, outputBytes: number): Usage {
  const fair = usageOf(random.between(1, 400), Math.ceil(outputBytes / random.between(2, 5)));
  const dice = random.below(6);
  if (dice === 0) return usageOf(fair.inputTokens, fair.outputTokens * 3 + 400);
  if (dice === 1) return usageOf(fair.inputTokens, 0);
  if (dice === 2) return { ...fair, cachedInputTokens: random.below(fair.inputTokens + 1) };
  return fair;
}

/** A provider's answer: text in pieces, usage at the end, in the middle, several times or never, and failures anywhere. */
export function writeScript(random: Random): UpstreamScript {
  const parts: StreamPart[] = [];
  let bytes = 0;
  for (let piece = random.below(11); piece > 0; piece -= 1) {
    const size = random.pick(PIECE_BYTES);
    bytes += size;
    parts.push({ type: 'text-delta', choice: 0, text: 'x'.repeat(size) });
    if (random.oneIn(12)) parts.push({ type: 'usage', usage: usageFor(random, bytes) });
  }
  if (!random.oneIn(10)) parts.push({ type: 'finish', choice: 0, reason: 'stop', raw: 'stop' });
  if (!random.oneIn(4)) parts.push({ type: 'usage', usage: usageFor(random, bytes) });
  return { parts, failsAfter: random.oneIn(4) ? random.below(parts.length + 1) : null };
}
