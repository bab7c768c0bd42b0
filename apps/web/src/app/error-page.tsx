import { useRouter } from '@tanstack/react-router';
import { ErrorState } from '../components/error-state.tsx';
import { useTitle } from '../lib/use-title.ts';

/** What stands in place of a page that threw. Its frame keeps working. */
export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  useTitle('Error');
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto max-w-xl px-5 py-16">
      <h1 className="sr-only">Error</h1>
      <ErrorState title="This page could not be shown" error={error} onRetry={retry} />
    </div>
  );
}
