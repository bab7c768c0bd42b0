import type { Model } from '@q/contract/models';
import { t } from './strings.ts';

/** Why a model cannot be asked here, in words; null when it can. */
export function whyUnavailable(
  model: Pick<Model, 'available' | 'status' | 'successor' | 'provider_name'>,
): string | null {
  if (model.available) return null;
  if (model.status === 'retired')
    return model.successor ? t('retiredItsSuccessorIs', { successor: model.successor }) : t('retired');
  return t('notConnectedTheOperator', { provider: model.provider_name });
}
