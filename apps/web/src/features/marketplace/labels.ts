import type { Model } from '@q/contract/models';
import { t } from './strings.ts';

const CAPABILITY_LABELS: Record<Model['capabilities'][number], string> = {
  text: t('canText'),
  code: t('canCode'),
  reasoning: t('canReason'),
  vision: t('canSee'),
  image_generation: t('canMakeImages'),
  embeddings: t('canEmbed'),
  audio: t('canAudio'),
  tools: t('canUseTools'),
  structured_output: t('canJson'),
  prompt_caching: t('canCache'),
};

/** What a capability is called where room is short. */
export function capabilityLabel(capability: string): string {
  return (CAPABILITY_LABELS as Record<string, string>)[capability] ?? capability.replaceAll('_', ' ');
}

/** Capabilities worth reading in a row, the telling ones first: nearly every model does text, so that says nothing. */
export function notableCapabilities(capabilities: readonly string[]): string[] {
  const order = Object.keys(CAPABILITY_LABELS);
  const rank = (capability: string) =>
    (capability === 'code' || capability === 'prompt_caching' ? 100 : 0) + order.indexOf(capability);
  return capabilities.filter((capability) => capability !== 'text').sort((a, b) => rank(a) - rank(b));
}

/** The names of the price tiers. */
export const TIER_LABELS: Record<string, string> = {
  free: t('free'),
  budget: t('budget'),
  mid: t('midRange'),
  premium: t('premium'),
};

/** The names of the life stages, as a filter says them. */
export const STATUS_LABELS: Record<string, string> = {
  active: t('active'),
  deprecated: t('deprecated'),
  retired: t('retired'),
  all: t('allRetiredToo'),
};

/** Splits `provider/model` so that the provider can stand back: `["openai/", "gpt-6"]`. Only the first slash counts. */
export function splitId(id: string): [provider: string, name: string] {
  const slash = id.indexOf('/') + 1;
  return [id.slice(0, slash), id.slice(slash)];
}
