import type { Model } from '@q/contract/models';

/** Why a model cannot be asked here, in words; null when it can. */
export function whyUnavailable(
  model: Pick<Model, 'available' | 'status' | 'successor' | 'provider_name'>,
): string | null {
  if (model.available) return null;
  if (model.status === 'retired') return model.successor ? `Retired. Its successor is ${model.successor}.` : 'Retired.';
  return `Not connected: the operator has no key of ${model.provider_name}.`;
}
