import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

const NEW_PASSWORD = 'another quiet harbour';
const RESET = '/api/v1/auth/password/reset';

let app: AccountsApp;
beforeAll(async () => {
  app = await startAccountsApp();
});
afterAll(() => app.close());

const login = (email: string, password: string) => app.client.post('/api/v1/auth/login', { email, password });

/** Asks for a reset link and reads it from the mail. */
async function mailedToken(email: string, headers: Record<string, string> = {}): Promise<string> {
  await app.client.post('/api/v1/auth/password/forgot', { email }, { headers });
  await app.accounts.settled();
  const mail = app.mails.findLast(({ to, subject }) => to === email && subject === 'Choose a new password');
  return /#token=(\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

describe('R19 reset tokens', () => {
  test('a link sets a new password and signs every device out; notice is given', async () => {
    const { email, token, refreshToken } = await app.signUp();
    expect((await app.client.get('/api/v1/auth/me', { token })).status).toBe(200);
    const mailed = await mailedToken(email);
    expect((await app.client.post(RESET, { token: mailed, password: NEW_PASSWORD })).status).toBe(200);
    expect((await app.client.get('/api/v1/auth/me', { token })).status).toBe(401);
    expect((await app.client.post('/api/v1/auth/refresh', { refresh_token: refreshToken })).status).toBe(401);
    expect((await login(email, PASSWORD)).status).toBe(401);
    expect((await login(email, NEW_PASSWORD)).status).toBe(200);
    await app.accounts.settled();
    expect(app.mails.findLast(({ to }) => to === email)?.subject).toBe('Your password was changed');
  });

  test('null, empty, lists, objects and made-up tokens open nothing', async () => {
    const { email } = await app.signUp();
    await mailedToken(email);
    const tokens = [
      null,
      '',
      ' ',
      [],
      [null],
      {},
      { $ne: null },
      true,
      0,
      undefined,
      'null',
      'undefined',
      '%',
      `qmp_${'A'.repeat(43)}`,
    ];
    for (const token of tokens) {
      const answer = await app.client.post(RESET, { token, password: NEW_PASSWORD });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({ code: 'invalid_request', param: 'token' });
    }
    expect((await login(email, PASSWORD)).status).toBe(200);
  });

  test('a token works once, also when it is used many times at the same moment', async () => {
    const { email } = await app.signUp();
    const mailed = await mailedToken(email);
    const uses = Array.from({ length: 10 }, (_, index) =>
      app.client.post(RESET, { token: mailed, password: `another quiet harbour ${index}` }),
    );
    const statuses = (await Promise.all(uses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBe(1);
    expect(statuses.filter((status) => status === 400).length).toBe(9);
    expect((await app.client.post(RESET, { token: mailed, password: NEW_PASSWORD })).status).toBe(400);
  });

  test('a token ends after fifteen minutes, and an earlier one with the use of a later one', async () => {
    const { email } = await app.signUp();
    const late = await mailedToken(email);
    app.clock.advance(15 * 60_000);
    expect((await app.client.post(RESET, { token: late, password: NEW_PASSWORD })).status).toBe(400);
    const first = await mailedToken(email);
    const second = await mailedToken(email);
    expect(first).not.toBe(second);
    expect((await app.client.post(RESET, { token: second, password: NEW_PASSWORD })).status).toBe(200);
    expect((await app.client.post(RESET, { token: first, password: PASSWORD })).status).toBe(400);
  });

  test('a token is for its own person and purpose only', async () => {
    const [mallory, victim] = [await app.signUp(), await app.signUp()];
    await app.accounts.settled();
    const verification = app.mails.findLast(({ to }) => to === victim.email)?.text ?? '';
    const verifyToken = /#token=(\S+)/.exec(verification)?.[1];
    expect((await app.client.post(RESET, { token: verifyToken, password: NEW_PASSWORD })).status).toBe(400);
    const own = await mailedToken(mallory.email);
    for (const extra of [{ email: victim.email }, { user_id: victim.id }, { id: victim.id }]) {
      expect((await app.client.post(RESET, { token: own, password: NEW_PASSWORD, ...extra })).status).toBe(400);
    }
    expect((await app.client.post('/api/v1/auth/verify-email', { token: own })).status).toBe(400);
    expect((await app.client.post(RESET, { token: own, password: NEW_PASSWORD })).status).toBe(200);
    expect((await login(victim.email, PASSWORD)).status).toBe(200);
  });

  test('the address in the mail is the configured one, whatever the Host header says', async () => {
    const { email } = await app.signUp();
    await mailedToken(email, {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
    });
    const texts = app.mails.filter(({ to }) => to === email).map(({ text }) => text);
    expect(texts.join()).not.toContain('evil.example');
    expect(texts).toContainEqual(expect.stringContaining('http://localhost:3000/reset-password#token=qmp_'));
  });

  test('a weak new password is refused and the link stays good', async () => {
    const { email } = await app.signUp();
    const mailed = await mailedToken(email);
    const weak = await app.client.post(RESET, { token: mailed, password: 'password123' });
    expect(weak.body.error.param).toBe('password');
    expect((await app.client.post(RESET, { token: mailed, password: NEW_PASSWORD })).status).toBe(200);
  });

  test('nobody can fill an inbox: three mails in a quarter of an hour', async () => {
    const { email } = await app.signUp();
    for (let count = 0; count < 10; count += 1) await mailedToken(email);
    const resets = app.mails.filter(({ to, subject }) => to === email && subject === 'Choose a new password');
    expect(resets.length).toBe(3);
  });

  test('the link lets somebody in whom delays were keeping out', async () => {
    const { email } = await app.signUp();
    for (let count = 0; count < 4; count += 1) await login(email, 'not the password');
    expect((await login(email, PASSWORD)).status).toBe(429);
    const mailed = await mailedToken(email);
    await app.client.post(RESET, { token: mailed, password: NEW_PASSWORD });
    expect((await login(email, NEW_PASSWORD)).status).toBe(200);
  });

  test('no mailed token stands in the database', async () => {
    const { email } = await app.signUp();
    const mailed = await mailedToken(email);
    const rows = await app.database.query<{ row: string }>('SELECT t::text AS row FROM one_time_tokens t');
    const hex = Buffer.from(mailed).toString('hex');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ row }) => row.includes(hex) || row.includes(mailed))).toBe(false);
  });
});
