import type { SignInAnswer, User } from '@q/contract/accounts';
import { create } from 'zustand';
import { type Embedding, embeddedIn, isEmbedded, serverUrl } from './host.ts';

/** The signed-in person; their balance is kept apart because every paid answer changes it. */
export type SessionUser = Omit<User, 'balance_usd'>;

/** What the page knows about who is using it. `unknown` lasts until the first refresh has answered. */
export interface SessionState {
  status: 'unknown' | 'anonymous' | 'signed-in';
  user: SessionUser | null;
  /** Balance in US dollars as a decimal string, or null when nobody is signed in. */
  balanceUsd: string | null;
  accessToken: string | null;
  /** When the access token stops working, in milliseconds since the epoch. */
  expiresAt: number;
  /** True where a session of this page was ended elsewhere: by the server, or in another tab. */
  endedElsewhere: boolean;
}

const SIGNED_OUT: SessionState = {
  status: 'anonymous',
  user: null,
  balanceUsd: null,
  accessToken: null,
  expiresAt: 0,
  endedElsewhere: false,
};

/** The one session of this page. Tokens live in memory only; the refresh token is a cookie no script can read. */
export const useSession = create<SessionState>()(() => ({ ...SIGNED_OUT, status: 'unknown' }));

/** Set while this browser may hold a refresh cookie, so that an anonymous visit asks the server nothing. Not a secret. */
const HINT = 'q.session';
/** The name of the lock that keeps two tabs from spending the same refresh token. */
const REFRESH_LOCK = 'q.session.refresh';
/** A token this close to its end is renewed before it is used. */
const TOO_CLOSE_MS = 10_000;
/** The renewal runs this long before the end, so that no call has to wait for it. */
const RENEW_BEFORE_MS = 60_000;
/** After a failed renewal the next try comes this much later. */
const RETRY_MS = 15_000;

/** Inside another application no cookie reaches the server: the refresh token stays in memory, as long as the page. */
let refreshToken: string | null = null;
/** A host's token may end at any time: it is asked again after this long. */
const HOST_TOKEN_MS = 60_000;

function writeHint(signedIn: boolean): void {
  if (isEmbedded()) return;
  try {
    if (signedIn) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Without storage the session lasts as long as the page.
  }
}

function readHint(): boolean {
  const embedding = embeddedIn();
  if (embedding) return embedding.getToken !== null || refreshToken !== null;
  try {
    return localStorage.getItem(HINT) === '1';
  } catch {
    return false;
  }
}

let renewal: ReturnType<typeof setTimeout> | undefined;
/** Grows with every sign-out, so that an answer that was under way then signs nobody in again. */
let signOuts = 0;

function renewIn(ms: number): void {
  clearTimeout(renewal);
  // Longer waits than this overflow the timer; the token is then renewed when it is next used.
  if (ms < 2 ** 31) renewal = setTimeout(() => void refreshSession(), Math.max(ms, 0));
}

/** Takes over the answer of register, login or refresh. */
export function acceptSession(answer: SignInAnswer): void {
  const { balance_usd: balanceUsd, ...user } = answer.user;
  if (isEmbedded()) refreshToken = answer.refresh_token ?? null;
  const lastsMs = answer.expires_in * 1000;
  useSession.setState({
    status: 'signed-in',
    user,
    balanceUsd,
    accessToken: answer.access_token,
    expiresAt: Date.now() + lastsMs,
    endedElsewhere: false,
  });
  writeHint(true);
  renewIn(Math.max(lastsMs - RENEW_BEFORE_MS, lastsMs / 2));
}

/** Forgets the session on this page; the server's side is ended by `POST /api/v1/auth/logout`. */
export function clearSession(): void {
  clearTimeout(renewal);
  refreshToken = null;
  signOuts += 1;
  useSession.setState(SIGNED_OUT);
  writeHint(false);
}

/** Forgets the session because it was ended elsewhere. */
function loseSession(): void {
  const endedElsewhere = useSession.getState().status === 'signed-in';
  clearSession();
  useSession.setState({ endedElsewhere });
}

/** Takes over a balance that came with a paid answer or a top-up: US dollars as a decimal string. Nothing when signed out. */
export function setBalance(balanceUsd: string): void {
  if (useSession.getState().status === 'signed-in') useSession.setState({ balanceUsd });
}

/** Takes over what changed of the person, such as a new name. */
export function setUser(answer: User): void {
  const { balance_usd: balanceUsd, ...user } = answer;
  if (useSession.getState().status === 'signed-in') useSession.setState({ user, balanceUsd });
}

/** The session stays as it is, and the next call or the timer tries again. */
function tryLater(): null {
  renewIn(RETRY_MS);
  return null;
}

/** Takes over whom the host's token belongs to. */
async function askHost(getToken: NonNullable<Embedding['getToken']>): Promise<string | null> {
  const before = signOuts;
  let token: string | null;
  let response: Response;
  try {
    token = await getToken({ force: useSession.getState().accessToken !== null });
    if (token === null) {
      loseSession();
      return null;
    }
    const headers = { authorization: `Bearer ${token}` };
    response = await fetch(serverUrl('/api/v1/auth/me'), { headers, credentials: 'omit' });
  } catch {
    return tryLater();
  }
  if (before !== signOuts) return null;
  if (response.ok) {
    const { balance_usd: balanceUsd, ...user } = (await response.json()) as User;
    const expiresAt = Date.now() + HOST_TOKEN_MS;
    useSession.setState({ ...SIGNED_OUT, status: 'signed-in', user, balanceUsd, accessToken: token, expiresAt });
    return token;
  }
  if (response.status >= 500 || response.status === 429) return tryLater();
  loseSession();
  return null;
}

async function askForTokens(): Promise<string | null> {
  const getToken = embeddedIn()?.getToken;
  if (getToken) return askHost(getToken);
  const before = signOuts;
  let response: Response;
  try {
    response = await fetch(serverUrl('/api/v1/auth/refresh'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(refreshToken === null ? {} : { refresh_token: refreshToken }),
      credentials: isEmbedded() ? 'omit' : 'same-origin',
    });
  } catch {
    return tryLater();
  }
  if (before !== signOuts) return null;
  if (response.ok) {
    acceptSession((await response.json()) as SignInAnswer);
    return useSession.getState().accessToken;
  }
  // Only a refusal ends the session; a busy or failing server must not sign anybody out.
  if (response.status >= 500 || response.status === 429) return tryLater();
  loseSession();
  return null;
}

let refreshing: Promise<string | null> | null = null;

/**
 * Gets a new access token by the refresh cookie and resolves with it, or with null when there is no session.
 * Callers at the same moment share one request, and tabs of one browser take turns.
 */
export function refreshSession(): Promise<string | null> {
  refreshing ??= (
    navigator.locks && !isEmbedded() ? navigator.locks.request(REFRESH_LOCK, () => askForTokens()) : askForTokens()
  ).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/**
 * The access token to send, refreshed when it is missing, nearly over, or when `force` says the server refused it.
 * Null when nobody is signed in; a browser where nobody ever signed in asks the server nothing.
 */
export async function getAccessToken(options: { force?: boolean } = {}): Promise<string | null> {
  const { status, accessToken, expiresAt } = useSession.getState();
  if (accessToken && !options.force && expiresAt - Date.now() > TOO_CLOSE_MS) return accessToken;
  if (status === 'anonymous') return null;
  if (status === 'unknown' && !readHint()) {
    clearSession();
    return null;
  }
  return refreshSession();
}

/** Follows sign-in and sign-out in other tabs of this browser. Called once at start; returns how to stop. */
export function followOtherTabs(): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== HINT && event.key !== null) return;
    const { status } = useSession.getState();
    if (readHint() && status !== 'signed-in') void refreshSession();
    else if (!readHint() && status === 'signed-in') loseSession();
  };
  addEventListener('storage', onStorage);
  return () => removeEventListener('storage', onStorage);
}
