import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type SessionUser, useSession } from '../lib/session-store.ts';
import { createAppQueryClient } from './query-client.ts';
import { useFreshBalance } from './use-fresh-balance.ts';

const fetched = vi.fn(() => Promise.resolve(Response.json({ available_usd: '25.000000000' })));

function Frame() {
  useFreshBalance();
  return null;
}

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  useSession.setState({
    status: 'signed-in',
    user: { id: 'usr_1' } as SessionUser,
    balanceUsd: '5.000000000',
    accessToken: 'token',
    expiresAt: Date.now() + 600_000,
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('the balance is read anew when one comes back to the tab, and not before', async () => {
  render(
    <QueryClientProvider client={createAppQueryClient()}>
      <Frame />
    </QueryClientProvider>,
  );
  expect(fetched).not.toHaveBeenCalled();
  window.dispatchEvent(new Event('visibilitychange'));
  await waitFor(() => expect(useSession.getState().balanceUsd).toBe('25.000000000'));
  expect(fetched).toHaveBeenCalledTimes(1);
});
