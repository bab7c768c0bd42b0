import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { cx } from '../../lib/cx.ts';
import { formatDate } from '../../lib/format.ts';

/** Says that a model is going or gone, when, and what to use instead. Nothing for an active model. */
export function LifecycleNotice({ model }: { model: Model }) {
  if (model.status === 'active') return null;
  const retired = model.status === 'retired';
  const day = model.lifecycle.retires_at;
  const on = day ? ` on ${formatDate(day)}` : '';
  return (
    <aside
      aria-label="Life of this model"
      className={cx('border-l-4 bg-surface px-4 py-2.5 text-ui', retired ? 'border-neg' : 'border-warn')}
    >
      <p>
        <strong className={cx('font-semibold', retired ? 'text-neg' : 'text-warn')}>
          {retired ? 'Retired.' : 'Deprecated.'}
        </strong>{' '}
        {retired
          ? `${model.provider_name} switched it off${on}. It answers no more calls.`
          : `${model.provider_name} will switch it off${on || ' on a day not yet named'}. Until then it works.`}
        {model.successor ? (
          <>
            {' '}
            Use{' '}
            <Link to="/models/$" params={{ _splat: model.successor }} className="link font-mono">
              {model.successor}
            </Link>{' '}
            instead.
          </>
        ) : (
          ' The provider names no successor.'
        )}
      </p>
    </aside>
  );
}
