import { ApiError, errorMessage } from '../lib/api-client.ts';
import { cx } from '../lib/cx.ts';
import { Button } from './button.tsx';
import { t } from './strings.ts';

/** Props of `ErrorState`. */
export interface ErrorStateProps {
  /** What could not be done: "The models could not be loaded". */
  title: string;
  error: unknown;
  onRetry?: () => void;
  busy?: boolean;
  className?: string;
}

/** What a page says when a call failed: the server's own sentence, the request id to quote, and Retry. */
export function ErrorState({ title, error, onRetry, busy = false, className }: ErrorStateProps) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div role="alert" className={cx('grid max-w-xl gap-2 border-neg border-l-4 px-5 py-4', className)}>
      <p className="font-semibold text-h3">{title}</p>
      <p className="text-ink2 text-ui">{errorMessage(error)}</p>
      {requestId ? <p className="font-mono text-ink3 text-meta">{requestId}</p> : null}
      {onRetry ? (
        <div className="pt-1">
          <Button onClick={onRetry} busy={busy}>
            {t('retry')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
