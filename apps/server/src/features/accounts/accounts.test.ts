import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await startAccountsApp();
});
afterAll(() => app.close());

test('opening an account signs in: the answer has the person and an access token, the cookie the refresh token', async () => {
  const answer = await app.client.post('/api/v1/auth/register', {
    email: 'Ada@Example.com',
    password: PASSWORD,
    name: 'Ada',
    username: 'ada',
    organization: 'Analytical Engines',
  });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    user: {
      id: expect.stringMatching(/^usr_/),
      email: 'Ada@Example.com',
      email_verified: false,
      name: 'Ada',
      username: 'ada',
      organization: 'Analytical Engines',
      role: 'user',
      balance_usd: '4.960000000',
      plan: 'free',
    },
    token_type: 'Bearer',
    expires_in: 900,
  });
  expect(answer.body.refresh_token).toBeUndefined();
  expect(answer.cookies[0]).toMatchObject({ name: 'qm_refresh', httpOnly: true, sameSite: 'Strict', path: '/' });
  expect(app.registered).toContain(answer.body.user.id);
  const me = await app.client.get('/api/v1/auth/me', { token: answer.body.access_token });
  expect(me.body).toEqual(answer.body.user);
});

test('an address can be used once, however it is spelled; a user name too', async () => {
  await app.client.post('/api/v1/auth/register', { email: 'twice@example.com', password: PASSWORD, username: 'Twice' });
  const sameEmail = await app.client.post('/api/v1/auth/register', { email: 'TWICE@example.com', password: PASSWORD });
  expect(sameEmail.status).toBe(409);
  expect(sameEmail.body.error).toMatchObject({ code: 'conflict', param: 'email' });
  const sameName = await app.client.post('/api/v1/auth/register', {
    email: 'another@example.com',
    password: PASSWORD,
    username: 'tWICE',
  });
  expect(sameName.body.error).toMatchObject({ code: 'conflict', param: 'username' });
});

test('signing in by the password, whatever the spelling of the address', async () => {
  const { id, email } = await app.signUp();
  const answer = await app.client.post('/api/v1/auth/login', { email: email.toUpperCase(), password: PASSWORD });
  expect(answer.status).toBe(200);
  expect(answer.body.user.id).toBe(id);
  const wrong = await app.client.post('/api/v1/auth/login', { email, password: 'not this one' });
  expect(wrong.status).toBe(401);
});

test('a person changes names; an empty text clears one; a taken user name is refused', async () => {
  const { token } = await app.signUp();
  const set = await app.client.patch('/api/v1/auth/me', { name: ' Grace ', username: 'grace' }, { token });
  expect(set.body).toMatchObject({ name: 'Grace', username: 'grace' });
  const cleared = await app.client.patch('/api/v1/auth/me', { name: '', username: null }, { token });
  expect(cleared.body).toMatchObject({ name: null, username: null });
  await app.client.patch('/api/v1/auth/me', { username: 'hopper' }, { token });
  const other = await app.signUp();
  const taken = await app.client.patch('/api/v1/auth/me', { username: 'Hopper' }, { token: other.token });
  expect(taken.body.error).toMatchObject({ code: 'conflict', param: 'username' });
});

test('names with control or direction characters are refused', async () => {
  const { token } = await app.signUp();
  for (const name of ['a\u0000b', 'line\nbreak', '\u202egnp.exe', '\u001b[31mred']) {
    const answer = await app.client.patch('/api/v1/auth/me', { name }, { token });
    expect(answer.body.error).toMatchObject({ code: 'invalid_request', param: 'name' });
  }
});

test('preferences start empty, and a change leaves the other settings as they were', async () => {
  const { token } = await app.signUp();
  const url = '/api/v1/preferences';
  const empty = { preferred_models: [], selected_model: null, notifications: {}, privacy: {} };
  expect((await app.client.get(url, { token })).body).toEqual(empty);
  const all = {
    preferred_models: ['anthropic/claude-3-opus', 'openai/gpt-4o'],
    selected_model: 'openai/gpt-4o',
    notifications: { low_balance: true },
    privacy: { keep_history: false },
  };
  expect((await app.client.put(url, all, { token })).body).toEqual(all);
  const next = await app.client.put(url, { selected_model: null }, { token });
  expect(next.body).toEqual({ ...all, selected_model: null });
  expect((await app.client.get(url, { token })).body).toEqual({ ...all, selected_model: null });
  const refused = await app.client.put(url, { theme: 'dark' }, { token });
  expect(refused.status).toBe(400);
});

test('verify-token tells whose a token or key is, and that a broken one is not valid', async () => {
  const { id, token } = await app.signUp();
  const { key } = await app.makeKey(token);
  const url = '/api/v1/auth/verify-token';
  const good = await app.client.post(url, { token });
  expect(good.body).toMatchObject({ valid: true, user_id: id, role: 'user', expires_at: '2026-01-01T00:15:00.000Z' });
  expect((await app.client.post(url, { token: key })).body).toEqual({
    valid: true,
    user_id: id,
    role: 'user',
    expires_at: null,
  });
  for (const bad of ['', 'x', `${token}x`, `${key}x`]) {
    expect((await app.client.post(url, { token: bad })).body).toEqual({ valid: false });
  }
});

test('a person sees their devices and signs one out', async () => {
  const { email, token } = await app.signUp();
  const login = await app.client.post(
    '/api/v1/auth/login',
    { email, password: PASSWORD },
    { headers: { 'user-agent': 'another device' } },
  );
  const list = await app.client.get('/api/v1/auth/sessions', { token });
  expect(list.body).toMatchObject({ total: 2, page: 1, per_page: 20 });
  expect(list.body.data.map((session: { current: boolean }) => session.current).sort()).toEqual([false, true]);
  const other = list.body.data.find((session: { current: boolean }) => !session.current);
  expect(other).toMatchObject({ user_agent: 'another device', ip: '127.0.0.1' });
  expect((await app.client.delete(`/api/v1/auth/sessions/${other.id}`, { token })).status).toBe(204);
  expect((await app.client.get('/api/v1/auth/me', { token: login.body.access_token })).status).toBe(401);
  expect((await app.client.get('/api/v1/auth/me', { token })).status).toBe(200);
  expect((await app.client.delete(`/api/v1/auth/sessions/${other.id}`, { token })).status).toBe(404);
});

test('the mailed link confirms the address, once', async () => {
  const { email, token } = await app.signUp();
  await app.accounts.settled();
  const mail = app.mails.findLast(({ to }) => to === email);
  const mailed = /#token=(\S+)/.exec(mail?.text ?? '')?.[1];
  const url = '/api/v1/auth/verify-email';
  expect((await app.client.post(url, { token: mailed })).status).toBe(200);
  expect((await app.client.get('/api/v1/auth/me', { token })).body.email_verified).toBe(true);
  expect((await app.client.post(url, { token: mailed })).body.error).toMatchObject({ code: 'invalid_request' });
});

test('another verification mail can be asked for, and the answer tells nothing', async () => {
  const { email } = await app.signUp();
  await app.accounts.settled();
  const before = app.mails.length;
  const known = await app.client.post('/api/v1/auth/verify-email', { email });
  const unknown = await app.client.post('/api/v1/auth/verify-email', { email: 'nobody@example.com' });
  await app.accounts.settled();
  expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
  expect(app.mails.length).toBe(before + 1);
});

test('a mail that cannot be sent is logged and does not fail the registration', async () => {
  const failing = await startAccountsApp();
  try {
    failing.mails.push = () => {
      throw new Error('the mail server is down');
    };
    await failing.signUp();
    await failing.accounts.settled();
    expect(failing.logLines.join()).toContain('the mail server is down');
  } finally {
    await failing.close();
  }
});
