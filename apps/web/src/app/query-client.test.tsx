import { onlineManager, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TopUpForm } from '../features/account/top-up-form.tsx';
import { createAppQueryClient } from './query-client.ts';

const fetched = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')));

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
});

afterEach(() => {
  cleanup();
  onlineManager.setOnline(true);
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('a change without a connection', () => {
  it('fails at once in words, and is not made by itself when the connection is back', async () => {
    onlineManager.setOnline(false);
    render(
      <QueryClientProvider client={createAppQueryClient()}>
        <TopUpForm />
      </QueryClientProvider>,
    );
    const ten = screen.getByRole('button', { name: '$10' });
    fireEvent.click(ten);
    expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be reached|connection/i);
    expect(ten.ariaBusy).not.toBe('true');
    const before = fetched.mock.calls.length;
    onlineManager.setOnline(true);
    await new Promise((done) => setTimeout(done, 50));
    expect(fetched.mock.calls).toHaveLength(before);
  });
});
