import { Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../../components/button.tsx';
import { t } from './strings.ts';

/** Under a question whose answer is lost, as when the server ended in the middle of it: what that means, and the ways on. */
export function UnansweredNotice({ onRetry }: { onRetry: () => void }) {
  return (
    <section aria-label={t('noAnswerWasSaved')} className="grid gap-2 border-warn border-l-4 bg-surface px-4 py-3">
      <div role="status" className="grid gap-1">
        <p className="font-semibold text-ui">{t('noAnswerWasSaved')}</p>
        <p className="text-ink2 text-ui">{t('itWasInterrupted')}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={onRetry}>{t('retry')}</Button>
        <Link to="/usage" className={buttonClass('quiet')}>
          {t('openUsage')}
        </Link>
      </div>
    </section>
  );
}
