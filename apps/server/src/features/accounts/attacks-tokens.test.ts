import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await startAccountsApp();
});
afterAll(() => app.close());

const me = (token: string) => app.client.get('/api/v1/auth/me', { token });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The parts of a good token. */
function parts(token: string) {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  return { header: read(header), payload: read(payload), signature };
}

/** A token signed with the server's own key, as somebody could make one who had it for another purpose. */
function sign(header: object, payload: object): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${createHmac('sha256', app.accessTokenKey).update(text).digest('base64url')}`;
}

describe('R4 access tokens', () => {
  test('the helper of these tests makes tokens that are accepted, so that each refusal below is for its own reason', async () => {
    const { token } = await app.signUp();
    const { header, payload } = parts(token);
    expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect((await me(sign(header, payload))).status).toBe(200);
  });

  test('no algorithm but the one is believed', async () => {
    const { token } = await app.signUp();
    const { header, payload, signature } = parts(token);
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS384', 'RS256', 'EdDSA']) {
      const head = encode({ ...header, alg });
      for (const end of ['', signature, 'AAAA'])
        expect((await me(`${head}.${encode(payload)}.${end}`)).status).toBe(401);
      expect((await me(sign({ ...header, alg }, payload))).status).toBe(401);
    }
    for (const alg of ['HS384', 'HS512']) {
      const key = Buffer.concat([app.accessTokenKey, new Uint8Array(32)]);
      for (const secret of [app.accessTokenKey, key]) {
        const hash = createHmac(alg === 'HS384' ? 'sha384' : 'sha512', secret);
        const text = `${encode({ ...header, alg })}.${encode(payload)}`;
        expect((await me(`${text}.${hash.update(text).digest('base64url')}`)).status).toBe(401);
      }
    }
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const signed = new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(privateKey);
    expect((await me(await signed)).status).toBe(401);
  });

  test('a token with an empty, cut, foreign or moved signature is refused', async () => {
    const { token } = await app.signUp();
    const [head, body, signature] = token.split('.');
    const other = await app.signUp();
    const claims = encode({ ...parts(token).payload, sub: other.id });
    for (const forged of [
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}.${body}.${signature?.slice(0, -4)}`,
      `${head}.${claims}.${signature}`,
      `${token}.${signature}`,
      `${head}..${signature}`,
    ]) {
      expect((await me(forged)).status).toBe(401);
    }
  });

  test('headers that name keys or places are refused even when the signature is ours', async () => {
    const { token } = await app.signUp();
    const { header, payload } = parts(token);
    for (const extra of [
      { kid: '../../../../dev/null' },
      { kid: "' UNION SELECT 'key' --" },
      { jku: 'http://127.0.0.1:1/keys' },
      { x5u: 'http://127.0.0.1:1/cert' },
      { jwk: { kty: 'oct', k: 'AAAA' } },
      { crit: ['exp'] },
      { b64: false, crit: ['b64'] },
    ]) {
      expect((await me(sign({ ...header, ...extra }, payload))).status).toBe(401);
    }
  });

  test('type, issuer, audience and every claim have to be right', async () => {
    const { token, refreshToken } = await app.signUp();
    const { header, payload } = parts(token);
    for (const typ of ['JWT', 'rt+jwt', 'id+jwt', undefined])
      expect((await me(sign({ ...header, typ }, payload))).status).toBe(401);
    for (const change of [
      { iss: 'another' },
      { aud: 'another' },
      { aud: [] },
      { sub: undefined },
      { sub: { $ne: null } },
      { sid: undefined },
      { sid: "ses_' OR '1'='1" },
      { sid: 'ses_unknown' },
      { exp: undefined },
      { exp: 'never' },
      { nbf: undefined },
      { nbf: payload.nbf + 600 },
      { sub: 'usr_somebody_else' },
    ]) {
      expect((await me(sign(header, { ...payload, ...change }))).status).toBe(401);
    }
    expect((await me(refreshToken)).status).toBe(401);
  });

  test('a token ends after fifteen minutes, and is refused a minute later at the latest', async () => {
    const { token } = await app.signUp();
    app.clock.advance(899_000);
    expect((await me(token)).status).toBe(200);
    app.clock.advance(62_000);
    expect((await me(token)).status).toBe(401);
  });

  test('long tokens and other schemes are refused without being looked at', async () => {
    expect((await me('e'.repeat(5_000))).status).toBe(401);
    expect((await me(`${encode({ alg: 'HS256', pad: 'x'.repeat(20_000) })}.e30.AAAA`)).status).toBe(431);
    const { token } = await app.signUp();
    for (const authorization of [`Basic ${token}`, token, `Bearer ${token} ${token}`, 'Bearer', `Bearer ${token},x`]) {
      const answer = await app.client.get('/api/v1/auth/me', { headers: { authorization } });
      expect(answer.status).toBe(401);
    }
  });

  test('a token in the URL is refused with a sentence, a good one in the header beside it or not', async () => {
    const { token } = await app.signUp();
    for (const query of [`access_token=${token}`, `token=${token}`, `x=${token}`, `API_KEY=1`]) {
      const alone = await app.client.get(`/api/v1/auth/me?${query}`);
      const beside = await app.client.get(`/api/v1/auth/me?${query}`, { token });
      expect([alone.status, beside.status]).toEqual([401, 401]);
      expect(alone.body.error.message).toContain('URL');
    }
  });
});

describe('R5 refresh tokens', () => {
  const refresh = (token: string) => app.client.post('/api/v1/auth/refresh', { refresh_token: token });

  test('by the body the next token is in the body, by the cookie in the cookie', async () => {
    const { refreshToken } = await app.signUp();
    const byBody = await refresh(refreshToken);
    expect(byBody.status).toBe(200);
    expect(byBody.body.refresh_token).toMatch(/^qmr_/);
    expect(byBody.cookies).toEqual([]);
    const byCookie = await app.client.post('/api/v1/auth/refresh', undefined, {
      cookies: { qm_refresh: byBody.body.refresh_token },
    });
    expect(byCookie.body.refresh_token).toBeUndefined();
    expect(byCookie.cookies[0]).toMatchObject({ name: 'qm_refresh', httpOnly: true, sameSite: 'Strict' });
    expect((await me(byCookie.body.access_token)).status).toBe(200);
  });

  test('replaying an old token ends the sign-in of thief and owner, and the owner is told', async () => {
    const { email, refreshToken } = await app.signUp();
    const thief = await refresh(refreshToken);
    app.clock.advance(10_001);
    const owner = await refresh(refreshToken);
    expect(owner.status).toBe(401);
    expect((await refresh(thief.body.refresh_token)).status).toBe(401);
    expect((await me(thief.body.access_token)).status).toBe(401);
    await app.accounts.settled();
    expect(app.mails.findLast(({ to }) => to === email)?.subject).toBe('A device was signed out');
    const audit = await app.audit.list({ actorId: null, action: 'session.reused', limit: 1, offset: 0 });
    expect(audit.rows[0]?.action).toBe('session.reused');
  });

  test('two tabs that race within ten seconds both keep working', async () => {
    const { refreshToken } = await app.signUp();
    const tabs = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    app.clock.advance(9_000);
    tabs.push(await refresh(refreshToken));
    for (const tab of tabs) {
      expect((await me(tab.body.access_token)).status).toBe(200);
      expect((await refresh(tab.body.refresh_token)).status).toBe(200);
    }
  });

  test('a device that was idle for a week is signed out, and so is one that was in use for thirty days', async () => {
    const idle = await app.signUp();
    app.clock.advance(7 * 86_400_000);
    expect((await refresh(idle.refreshToken)).status).toBe(401);
    const busy = await app.signUp();
    let token = busy.refreshToken;
    for (let day = 0; day < 27; day += 3) {
      app.clock.advance(3 * 86_400_000);
      const answer = await refresh(token);
      expect(answer.status).toBe(200);
      token = answer.body.refresh_token;
    }
    app.clock.advance(3 * 86_400_000);
    expect((await refresh(token)).status).toBe(401);
  });

  test('made-up tokens are refused, and a bad cookie is taken away', async () => {
    for (const body of [
      { refresh_token: '' },
      { refresh_token: null },
      { refresh_token: ['x'] },
      { refresh_token: {} },
    ]) {
      expect((await app.client.post('/api/v1/auth/refresh', body)).status).toBe(400);
    }
    expect((await app.client.post('/api/v1/auth/refresh')).status).toBe(401);
    const answer = await app.client.post('/api/v1/auth/refresh', undefined, { cookies: { qm_refresh: 'qmr_nothing' } });
    expect(answer.status).toBe(401);
    expect(answer.cookies[0]).toMatchObject({ name: 'qm_refresh', value: '' });
  });

  test('no refresh token stands in the database', async () => {
    const { refreshToken } = await app.signUp();
    const rows = await app.database.query<{ row: string }>('SELECT t::text AS row FROM refresh_tokens t');
    const hex = Buffer.from(refreshToken).toString('hex');
    expect(rows.some(({ row }) => row.includes(hex) || row.includes(refreshToken))).toBe(false);
  });
});

describe('R6 what ends, ends now', () => {
  test('signing out by access token, by cookie or by body: the session is dead here at once', async () => {
    const ways = [
      ({ token }: { token: string }) => ({ token }),
      ({ refreshToken }: { refreshToken: string }) => ({ cookies: { qm_refresh: refreshToken } }),
      ({ refreshToken }: { refreshToken: string }) => ({ body: { refresh_token: refreshToken } }),
    ];
    for (const way of ways) {
      const person = await app.signUp();
      expect((await me(person.token)).status).toBe(200);
      expect((await app.client.send('POST', '/api/v1/auth/logout', way(person))).status).toBe(204);
      expect((await me(person.token)).status).toBe(401);
      const again = await app.client.post('/api/v1/auth/refresh', { refresh_token: person.refreshToken });
      expect(again.status).toBe(401);
    }
    expect((await app.client.post('/api/v1/auth/logout')).status).toBe(401);
  });

  test('another process learns of it within five seconds', async () => {
    const other = await app.second();
    const { token } = await app.signUp();
    expect((await other.client.get('/api/v1/auth/me', { token })).status).toBe(200);
    await app.client.post('/api/v1/auth/logout', undefined, { token });
    app.clock.advance(5_000);
    expect((await other.client.get('/api/v1/auth/me', { token })).status).toBe(401);
  });

  test('a new password ends the other devices and keeps this one', async () => {
    const { email, token } = await app.signUp();
    const login = await app.client.post('/api/v1/auth/login', { email, password: PASSWORD });
    const other = login.body.access_token;
    expect((await me(other)).status).toBe(200);
    const change = { current_password: PASSWORD, new_password: 'another quiet harbour' };
    expect((await app.client.patch('/api/v1/auth/me', change, { token })).status).toBe(200);
    expect((await me(other)).status).toBe(401);
    expect((await me(token)).status).toBe(200);
    expect((await app.client.post('/api/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
  });

  test('a disabled person and their keys are out at once, and a changed role counts at once', async () => {
    const admin = await app.signUp({ role: 'admin' });
    const person = await app.signUp();
    const { key } = await app.makeKey(person.token);
    const url = `/api/v1/admin/users/${person.id}`;
    expect((await me(key)).status).toBe(200);
    await app.client.patch(url, { role: 'publisher' }, { token: admin.token });
    expect((await me(person.token)).body.role).toBe('publisher');
    await app.client.patch(url, { status: 'disabled' }, { token: admin.token });
    expect([(await me(person.token)).status, (await me(key)).status]).toEqual([401, 401]);
    const login = await app.client.post('/api/v1/auth/login', { email: person.email, password: PASSWORD });
    expect(login.body.error).toMatchObject({ code: 'forbidden', message: 'This account is disabled.' });
    await app.client.patch(url, { status: 'active' }, { token: admin.token });
    expect((await me(person.token)).status).toBe(401);
    expect((await me(key)).status).toBe(200);
  });
});
