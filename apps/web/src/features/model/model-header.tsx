import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../components/badge.tsx';
import { buttonClass } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { canChat } from '../marketplace/availability.tsx';
import { FavouriteButton } from '../marketplace/favourite-button.tsx';
import { TIER_LABELS } from '../marketplace/labels.ts';
import { PickBox } from '../marketplace/pick-box.tsx';
import { ProviderMark } from '../marketplace/provider-mark.tsx';
import { LifecycleNotice } from './lifecycle-notice.tsx';
import { RatingMark } from './rating-mark.tsx';
import { t } from './strings.ts';

function AvailabilityBadge({ model }: { model: Model }) {
  if (model.status === 'retired') return <Badge tone="bad">{t('retired')}</Badge>;
  return model.available ? <Badge tone="good">{t('available')}</Badge> : <Badge>{t('notConnected')}</Badge>;
}

/** Why a model that is listed cannot be called, for those who would like to. */
function NotConnected({ model }: { model: Model }) {
  if (model.available || model.status === 'retired') return null;
  return (
    <aside aria-label={t('availability')} className="border-line-strong border-l-4 bg-surface px-4 py-2.5 text-ui">
      {t.nodes('notConnectedWhy', {
        said: <strong className="font-semibold">{t('notConnectedNotice')}</strong>,
        provider: model.provider_name,
      })}
    </aside>
  );
}

/** The head of a model's page: what it is, whether it can be called, and what can be done with it. */
export function ModelHeader({ model }: { model: Model }) {
  return (
    <header className="grid gap-3 pb-6">
      <nav aria-label={t('breadcrumb')} className="text-ink3 text-meta">
        <Link to="/models" className="link">
          {t('models')}
        </Link>
        {' / '}
        <Link to="/models" search={{ by: [model.provider] }} className="link">
          {model.provider_name}
        </Link>
      </nav>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 items-start gap-3">
          <ProviderMark provider={model.provider} name={model.provider_name} size={40} />
          <div className="min-w-0">
            <h1 className="-mt-1 font-semibold text-h1">{model.name}</h1>
            <div className="flex flex-wrap items-center gap-x-4">
              <p className="flex items-center gap-1">
                <code className="min-w-0 break-all font-mono text-ink2 text-ui">{model.id}</code>
                <CopyButton text={model.id} what={t('modelId')} />
              </p>
              {model.rating === null ? null : (
                <a href="#reviews" className="link text-ui touch:inline-flex touch:min-h-11 touch:items-center">
                  <RatingMark model={model} />
                </a>
              )}
            </div>
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <PickBox id={model.id} name={model.name} labelled className="min-h-control! mr-1 text-ui" />
          <FavouriteButton
            id={model.id}
            name={model.name}
            className="min-h-control min-w-control border border-line-strong bg-surface"
          />
          {model.available && canChat(model) ? (
            <Link to="/chat" search={{ model: model.id }} className={buttonClass('primary')}>
              {t('tryInChat')}
            </Link>
          ) : null}
          {model.status === 'retired' ? null : (
            <a href="#code" className={buttonClass()}>
              {t('useInCode')}
            </a>
          )}
        </div>
      </div>
      <p className="max-w-[72ch] text-read">{model.description}</p>
      <ul aria-label={t('whatItIsAnd')} className="flex flex-wrap gap-1.5">
        <li>
          <AvailabilityBadge model={model} />
        </li>
        {model.price_tier ? (
          <li>
            <Badge tone="accent">{TIER_LABELS[model.price_tier]}</Badge>
          </li>
        ) : null}
        {model.capabilities.map((capability) => (
          <li key={capability}>
            <Badge>{capability.replaceAll('_', ' ')}</Badge>
          </li>
        ))}
      </ul>
      <LifecycleNotice model={model} />
      <NotConnected model={model} />
    </header>
  );
}
