import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  acceptSession,
  clearSession,
  followOtherTabs,
  getAccessToken,
  refreshSession,
  setBalance,
  useSession,
} from './session-store.ts';

const user = {
  id: 'usr_1',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada',
  username: null,
  organization: null,
  role: 'user' as const,
  created_at: '2026-01-01T00:00:00.000Z',
  balance_usd: '4.960000000',
  plan: 'free',
};

function answerOf(token: string, expiresIn = 900) {
  return { user, access_token: token, token_type: 'Bearer' as const, expires_in: expiresIn };
}

const fetchSpy = vi.fn<typeof fetch>();

function answerWith(status: number, body: unknown = {}): void {
  fetchSpy.mockImplementation(() => Promise.resolve(new Response(JSON.stringify(body), { status })));
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  vi.stubGlobal('fetch', fetchSpy);
  fetchSpy.mockReset();
  clearSession();
  localStorage.clear();
  useSession.setState({ status: 'unknown' });
});

afterEach(() => {
  clearSession();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('at start', () => {
  it('asks the server nothing in a browser where nobody signed in', async () => {
    expect(await getAccessToken()).toBeNull();
    expect(fetchSpy).not.toHaveBeenCalled();
    expect(useSession.getState().status).toBe('anonymous');
  });

  it('refreshes silently where somebody signed in before, with JSON and the cookie', async () => {
    localStorage.setItem('q.session', '1');
    answerWith(200, answerOf('token-1'));
    expect(await getAccessToken()).toBe('token-1');
    const [url, init] = fetchSpy.mock.calls[0]!;
    expect(url).toBe('/api/v1/auth/refresh');
    expect(init).toMatchObject({
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
    });
    expect(useSession.getState()).toMatchObject({ status: 'signed-in', balanceUsd: '4.960000000' });
    expect(useSession.getState().user).not.toHaveProperty('balance_usd');
  });

  it('shares one request among callers of the same moment', async () => {
    localStorage.setItem('q.session', '1');
    answerWith(200, answerOf('token-1'));
    const tokens = await Promise.all([getAccessToken(), getAccessToken(), refreshSession()]);
    expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
    expect(fetchSpy).toHaveBeenCalledTimes(1);
  });
});

describe('a refused or failed refresh', () => {
  it('ends the session and forgets the hint when the server refuses', async () => {
    acceptSession(answerOf('token-1'));
    answerWith(401);
    expect(await getAccessToken({ force: true })).toBeNull();
    expect(useSession.getState()).toMatchObject({
      status: 'anonymous',
      accessToken: null,
      user: null,
      balanceUsd: null,
      endedElsewhere: true,
    });
    expect(localStorage.getItem('q.session')).toBeNull();
  });

  it('is told from a sign-out, and from a browser whose session is long over', async () => {
    acceptSession(answerOf('token-1'));
    clearSession();
    expect(useSession.getState().endedElsewhere).toBe(false);
    useSession.setState({ status: 'unknown' });
    localStorage.setItem('q.session', '1');
    answerWith(401);
    await getAccessToken();
    expect(useSession.getState()).toMatchObject({ status: 'anonymous', endedElsewhere: false });
  });

  it.each([500, 503, 429])('signs nobody out on status %i, and tries again later', async (status) => {
    acceptSession(answerOf('token-1'));
    answerWith(status);
    expect(await getAccessToken({ force: true })).toBeNull();
    expect(useSession.getState().status).toBe('signed-in');
    answerWith(200, answerOf('token-2'));
    await vi.advanceTimersByTimeAsync(16_000);
    expect(useSession.getState().accessToken).toBe('token-2');
  });

  it('signs nobody out when no answer comes', async () => {
    acceptSession(answerOf('token-1'));
    fetchSpy.mockRejectedValue(new TypeError('network'));
    expect(await getAccessToken({ force: true })).toBeNull();
    expect(useSession.getState().status).toBe('signed-in');
  });

  it('does not sign in again when the person signed out while it was under way', async () => {
    acceptSession(answerOf('token-1'));
    answerWith(200, answerOf('token-2'));
    const pending = refreshSession();
    clearSession();
    expect(await pending).toBeNull();
    expect(useSession.getState().status).toBe('anonymous');
  });
});

describe('the access token', () => {
  it('is used as it is while it lasts', async () => {
    acceptSession(answerOf('token-1'));
    expect(await getAccessToken()).toBe('token-1');
    expect(fetchSpy).not.toHaveBeenCalled();
  });

  it('is renewed a minute before its end without anybody asking', async () => {
    acceptSession(answerOf('token-1', 900));
    answerWith(200, answerOf('token-2', 900));
    await vi.advanceTimersByTimeAsync(839_000);
    expect(fetchSpy).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(useSession.getState().accessToken).toBe('token-2');
  });

  it('never gets into storage', () => {
    acceptSession(answerOf('very-secret'));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('very-secret');
  });
});

describe('the balance', () => {
  it('follows paid answers', () => {
    acceptSession(answerOf('token-1'));
    setBalance('4.959999588');
    expect(useSession.getState().balanceUsd).toBe('4.959999588');
  });

  it('stays empty for a stranger', () => {
    setBalance('1.000000000');
    expect(useSession.getState().balanceUsd).toBeNull();
  });
});

describe('other tabs', () => {
  it('signs out here when another tab did', () => {
    const stop = followOtherTabs();
    acceptSession(answerOf('token-1'));
    localStorage.removeItem('q.session');
    dispatchEvent(new StorageEvent('storage', { key: 'q.session' }));
    expect(useSession.getState()).toMatchObject({ status: 'anonymous', endedElsewhere: true });
    acceptSession(answerOf('token-2'));
    expect(useSession.getState().endedElsewhere).toBe(false);
    stop();
  });

  it('signs in here when another tab did', async () => {
    const stop = followOtherTabs();
    await getAccessToken();
    localStorage.setItem('q.session', '1');
    answerWith(200, answerOf('token-1'));
    dispatchEvent(new StorageEvent('storage', { key: 'q.session' }));
    await vi.advanceTimersByTimeAsync(0);
    expect(useSession.getState().status).toBe('signed-in');
    stop();
  });
});
