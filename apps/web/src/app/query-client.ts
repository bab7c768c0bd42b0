import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../lib/api-client.ts';

const RETRIES = 2;

/** Only what may go better next time is tried again: no answer, a busy server, a failing server. */
function mayRetry(failures: number, error: unknown): boolean {
  if (failures >= RETRIES || !(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** The cache of everything read from the server. Nothing is written to disk. */
export function createAppQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: mayRetry,
        retryDelay: (failures, error) =>
          error instanceof ApiError && error.retryAfter !== null
            ? Math.min(error.retryAfter, 10) * 1000
            : 400 * 2 ** failures,
        refetchOnWindowFocus: false,
      },
      // Without a connection a change fails at once and in words. Kept for later it would move money when nobody expects it any more.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
