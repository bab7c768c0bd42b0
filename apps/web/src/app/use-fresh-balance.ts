import { focusManager, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { balanceQuery } from '../features/account/queries.ts';
import { setBalance, useSession } from '../lib/session-store.ts';

/** Reads the balance anew when one comes back to this tab: other tabs, keys and administrators move it too. */
export function useFreshBalance(): void {
  const queryClient = useQueryClient();
  const userId = useSession((state) => state.user?.id);
  useEffect(() => {
    if (userId === undefined) return;
    return focusManager.subscribe((focused) => {
      if (!focused) return;
      queryClient.fetchQuery(balanceQuery(userId)).then(
        ({ available_usd }) => {
          // Somebody else may have signed in meanwhile.
          if (useSession.getState().user?.id === userId) setBalance(available_usd);
        },
        // What was shown stays; the next return tries again.
        () => undefined,
      );
    });
  }, [queryClient, userId]);
}
