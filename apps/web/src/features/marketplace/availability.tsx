import type { Model } from '@q/contract/models';
import { Link } from '@tanstack/react-router';
import { splitId } from './labels.ts';
import { t } from './strings.ts';

/** Whether a model can be called here and now, in words. */
function availabilityText(model: Pick<Model, 'available' | 'status' | 'successor'>): string {
  if (model.status === 'retired')
    return model.successor ? t('retiredFor', { successor: splitId(model.successor)[1] }) : t('retired');
  return model.available ? t('available') : t('notConnected');
}

/** Whether a model answers a question in words. */
export function answersInWords(model: Pick<Model, 'modalities'>): boolean {
  return model.modalities.output.includes('text');
}

/** Whether the chat page can use it: it answers in words, or draws what is described. */
export function canChat(model: Pick<Model, 'modalities' | 'capabilities'>): boolean {
  return answersInWords(model) || model.capabilities.includes('image_generation');
}

/** Whether a model can be used here and now, in words: never by colour alone. With the chat link when it can. Stands above a row's own link. */
export function Availability({ model }: { model: Model }) {
  if (model.available) {
    return (
      <span className="flex items-center justify-between gap-2">
        <span className="text-pos">{t('available')}</span>
        {canChat(model) ? (
          <Link
            to="/chat"
            search={{ model: model.id }}
            className="link relative z-10 inline-flex min-h-7 items-center -mr-2 px-2 touch:-mr-3 touch:min-h-11 touch:px-3"
          >
            {t('chat')}
            <span className="sr-only"> {t('withModel', { name: model.name })}</span>
          </Link>
        ) : null}
      </span>
    );
  }
  if (model.status === 'retired' && model.successor) {
    return (
      <span className="block truncate text-ink3" title={t('successorIs', { successor: model.successor })}>
        {t.nodes('retiredFor', {
          successor: (
            <Link
              to="/models/$"
              params={{ _splat: model.successor }}
              aria-label={t('successor', { successor: splitId(model.successor)[1] })}
              className="link relative z-10"
            >
              {splitId(model.successor)[1]}
            </Link>
          ),
        })}
      </span>
    );
  }
  return <span className="block truncate text-ink3">{availabilityText(model)}</span>;
}
