import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { cx } from '../../lib/cx.ts';
import { formatDate } from '../../lib/format.ts';
import { t } from './strings.ts';

function whenText({ status, provider_name: provider, lifecycle }: Model): string {
  const day = lifecycle.retires_at === null ? null : formatDate(lifecycle.retires_at);
  if (status === 'retired')
    return day === null ? t('wasSwitchedOff', { provider }) : t('switchedOffOn', { provider, day });
  return day === null ? t('willBeSwitchedOffSometime', { provider }) : t('switchedOffFrom', { provider, day });
}

/** Says that a model is going or gone, when, and what to use instead. Nothing for an active model. */
export function LifecycleNotice({ model }: { model: Model }) {
  if (model.status === 'active') return null;
  const retired = model.status === 'retired';
  return (
    <aside
      aria-label={t('lifeOfThisModel')}
      className={cx('border-l-4 bg-surface px-4 py-2.5 text-ui', retired ? 'border-neg' : 'border-warn')}
    >
      <p>
        <strong className={cx('font-semibold', retired ? 'text-neg' : 'text-warn')}>
          {retired ? t('retiredNotice') : t('deprecatedNotice')}
        </strong>{' '}
        {whenText(model)}{' '}
        {model.successor
          ? t.nodes('useInstead', {
              model: (
                <Link to="/models/$" params={{ _splat: model.successor }} className="link font-mono">
                  {model.successor}
                </Link>
              ),
            })
          : t('noSuccessorNamed')}
      </p>
    </aside>
  );
}
