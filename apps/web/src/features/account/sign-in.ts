import type { Preferences, RegisterRequest, SignInAnswer, User } from '@q/contract/accounts';
import { api } from '../../lib/api-client.ts';
import { acceptSession, clearSession, getAccessToken, setUser } from '../../lib/session-store.ts';
import { lastUsedModel, rememberModel } from '../chat/chosen-model.ts';
import { clearDrafts } from '../chat/drafts.ts';
import { clearSeconds } from '../chat/second-model.ts';
import { finishRemovals } from './provider-keys.ts';

/** On a device that knows no model yet, new chats start with the one of the settings. */
async function takeStartModel(): Promise<void> {
  if (lastUsedModel() !== null) return;
  const settings = await api<Preferences>('/api/v1/preferences').catch(() => null);
  if (settings?.selected_model) rememberModel(settings.selected_model);
}

/** Signs in and takes the session over. Throws ApiError: 401 wrong address or password, 403 disabled, 429 wait. */
export async function signIn(request: { email: string; password: string }): Promise<void> {
  acceptSession(await api<SignInAnswer>('/api/v1/auth/login', { method: 'POST', body: request }));
  void takeStartModel();
}

/** Opens an account and signs in. Throws ApiError: 409 address taken, 400 weak password, 429 wait. */
export async function register(request: RegisterRequest): Promise<void> {
  acceptSession(await api<SignInAnswer>('/api/v1/auth/register', { method: 'POST', body: request }));
}

/**
 * Ends the session here and at the server, and forgets what was typed in chats. Throws ApiError when the server cannot be
 * told: the session then goes on, so that nobody believes to be signed out of a shared computer.
 */
export async function signOut(): Promise<void> {
  await finishRemovals();
  await api<void>('/api/v1/auth/logout', { method: 'POST', body: {} });
  clearDrafts();
  clearSeconds();
  clearSession();
}

/** Has a link mailed by which another password can be chosen. The answer is the same for every address. */
export function forgotPassword(email: string): Promise<{ message: string }> {
  return api('/api/v1/auth/password/forgot', { method: 'POST', body: { email } });
}

/** Sets a new password by a mailed token. All devices are signed out. */
export async function resetPassword(request: { token: string; password: string }): Promise<void> {
  await api('/api/v1/auth/password/reset', { method: 'POST', body: request });
  clearSession();
}

/** Confirms an e-mail address by a mailed token; who is signed in here sees it at once. */
export async function verifyEmail(token: string): Promise<{ message: string }> {
  const answer = await api<{ message: string }>('/api/v1/auth/verify-email', { method: 'POST', body: { token } });
  if ((await getAccessToken()) !== null) setUser(await api<User>('/api/v1/auth/me'));
  return answer;
}

/** Has another link mailed by which the address is confirmed. The answer is the same for every address. */
export function requestVerification(email: string): Promise<{ message: string }> {
  return api('/api/v1/auth/verify-email', { method: 'POST', body: { email } });
}

/** Changes the password, which signs all other devices out. Throws ApiError with `param` current_password or new_password. */
export async function changePassword(request: { current_password: string; new_password: string }): Promise<void> {
  setUser(await api<User>('/api/v1/auth/me', { method: 'PATCH', body: request }));
}

/** Makes the first administrator by the token printed at start, and signs in. */
export async function setUpAdmin(request: { token: string; email: string; password: string }): Promise<void> {
  acceptSession(await api<SignInAnswer>('/api/v1/admin/setup', { method: 'POST', body: request }));
}
