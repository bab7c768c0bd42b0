import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ErrorState } from '../components/error-state.tsx';
import { unreachable } from '../lib/api-client.ts';
import { useTitle } from '../lib/use-title.ts';
import { isNotLoaded, reloadAfterDeploy, reloadIfServed } from './lazy-page.ts';
import { t } from './strings.ts';

/** What stands in place of a page that threw. Its frame keeps working. */
export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  useTitle(t('error'));
  const router = useRouter();
  const isMissing = isNotLoaded(error);
  useEffect(() => {
    if (isMissing) void reloadAfterDeploy();
  }, [isMissing]);
  const retry = () => {
    if (isMissing) return void reloadIfServed();
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto max-w-xl px-5 py-16">
      <h1 className="sr-only">{t('error')}</h1>
      <ErrorState title={t('thisPageCouldNot')} error={isMissing ? unreachable() : error} onRetry={retry} />
    </div>
  );
}
