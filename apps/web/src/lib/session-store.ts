import { create } from 'zustand';

/** The signed-in person, as `GET /api/v1/auth/me` answers. */
export interface SessionUser {
  id: string;
  email: string;
  email_verified: boolean;
  name: string | null;
  username: string | null;
  organization: string | null;
  role: string;
  created_at: string;
  plan: string | null;
}

/** What the page knows about who is using it. `unknown` lasts until the first refresh has answered. */
export interface SessionState {
  status: 'unknown' | 'anonymous' | 'signed-in';
  user: SessionUser | null;
  /** Available balance in US dollars as a decimal string, or null when nobody is signed in. */
  balanceUsd: string | null;
  accessToken: string | null;
  /** When the access token stops working, in milliseconds since the epoch. */
  expiresAt: number;
}

const SIGNED_OUT: SessionState = {
  status: 'anonymous',
  user: null,
  balanceUsd: null,
  accessToken: null,
  expiresAt: 0,
};

/** The one session of this page. Tokens live in memory only; the refresh token is a cookie no script can read. */
export const useSession = create<SessionState>()(() => ({ ...SIGNED_OUT, status: 'unknown' }));

/** The body of register, login and refresh. */
export interface SignInAnswer {
  user: SessionUser & { balance_usd: string };
  access_token: string;
  /** Seconds the access token lasts. */
  expires_in: number;
}

/** Set while this browser may hold a refresh cookie, so that an anonymous visit asks the server nothing. */
const HINT = 'q.session';

function writeHint(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage the session lasts as long as the page.
  }
}

function readHint(): boolean {
  try {
    return localStorage.getItem(HINT) === '1';
  } catch {
    return false;
  }
}

/** Takes over the answer of register, login or refresh. */
export function acceptSession(answer: SignInAnswer): void {
  const { balance_usd: balanceUsd, ...user } = answer.user;
  useSession.setState({
    status: 'signed-in',
    user,
    balanceUsd,
    accessToken: answer.access_token,
    expiresAt: Date.now() + answer.expires_in * 1000,
  });
  writeHint(true);
}

/** Forgets the session on this page; the server's side is ended by `POST /api/v1/auth/logout`. */
export function clearSession(): void {
  useSession.setState(SIGNED_OUT);
  writeHint(false);
}

let refreshing: Promise<string | null> | null = null;

async function refresh(): Promise<string | null> {
  const response = await fetch('/api/v1/auth/refresh', { method: 'POST', credentials: 'same-origin' });
  if (response.ok) {
    acceptSession((await response.json()) as SignInAnswer);
    return useSession.getState().accessToken;
  }
  // Only a refusal ends the session; a busy or failing server must not sign anybody out.
  if (response.status < 500 && response.status !== 429) clearSession();
  return null;
}

/**
 * The access token to send, refreshed when it is missing, nearly over, or when `force` says the server refused it.
 * Callers at the same moment share one refresh. Null when nobody is signed in.
 */
export async function getAccessToken(options: { force?: boolean } = {}): Promise<string | null> {
  const { status, accessToken, expiresAt } = useSession.getState();
  if (accessToken && !options.force && expiresAt - Date.now() > 10_000) return accessToken;
  if (status === 'anonymous') return null;
  if (status === 'unknown' && !readHint()) {
    clearSession();
    return null;
  }
  refreshing ??= refresh().finally(() => {
    refreshing = null;
  });
  return refreshing;
}
