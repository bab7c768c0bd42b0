import type { PromptVolume } from '../../lib/format.ts';
import { readText } from '../../lib/query-string.ts';

/** The call that prices are shown for until the person says otherwise: a page of question, half a page of answer. */
const DEFAULT_VOLUME: PromptVolume = { input: 1200, output: 400 };

/** No model takes more in one call; it also keeps the sums within what a field shows. */
const TOKENS_MAX = 10_000_000;

/** Reads `1200-400` (tokens in, tokens out); null for anything else. */
export function parseVolume(text: string): PromptVolume | null {
  const match = /^(\d{1,8})-(\d{1,8})$/.exec(text);
  if (!match) return null;
  const volume = { input: Number(match[1]), output: Number(match[2]) };
  return volume.input <= TOKENS_MAX && volume.output <= TOKENS_MAX ? volume : null;
}

/** Writes a volume for the URL; undefined when it is the default, which needs no writing. */
export function writeVolume(volume: PromptVolume): string | undefined {
  const clamp = (tokens: number) => Math.min(Math.max(Math.trunc(tokens) || 0, 0), TOKENS_MAX);
  const text = `${clamp(volume.input)}-${clamp(volume.output)}`;
  return text === `${DEFAULT_VOLUME.input}-${DEFAULT_VOLUME.output}` ? undefined : text;
}

/** The search param that carries the volume from page to page. */
export interface VolumeSearch {
  vol?: string;
}

/** Keeps a readable `vol` and drops the rest. */
export function readVolumeSearch(search: Record<string, unknown>): VolumeSearch {
  const vol = readText(search['vol']);
  return vol !== undefined && parseVolume(vol) ? { vol } : {};
}

/** The volume of a page: from its URL, or the default. */
export function volumeOf(search: VolumeSearch): PromptVolume {
  return (search.vol === undefined ? null : parseVolume(search.vol)) ?? DEFAULT_VOLUME;
}
