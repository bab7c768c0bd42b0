import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

const OWN = 'https://market.example';

let app: AccountsApp;
let local: AccountsApp;
beforeAll(async () => {
  [app, local] = await Promise.all([startAccountsApp({ publicUrl: OWN }), startAccountsApp()]);
});
afterAll(() => Promise.all([app.close(), local.close()]));

/** Origins that look like ours or like nothing, each of which has fooled a comparison somewhere. */
const FOREIGN_ORIGINS = [
  'null',
  'https://evil.example',
  'http://market.example',
  'https://market.example.evil.example',
  'https://evil-market.example',
  'https://evil.example/https://market.example',
  'https://market.example:8443',
  'https://market.example@evil.example',
  'https://marketXexample',
  'https://MARKET.example.',
  'file://',
  'chrome-extension://abcdefgh',
];

describe('R21 other origins', () => {
  test.each(FOREIGN_ORIGINS)('%s is told nothing it could read', async (origin) => {
    const { token } = await app.signUp();
    for (const url of ['/api/v1/auth/me', '/v1/echo', '/api/v1/auth/login', '/openapi.json']) {
      const requests = [
        app.client.get(url, { token, headers: { origin } }),
        app.client.post(url, {}, { token, headers: { origin } }),
        app.client.send('OPTIONS', url, {
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization,content-type',
          },
        }),
      ];
      for (const answer of await Promise.all(requests)) {
        const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
        expect(cors).toEqual([]);
      }
    }
  });

  test('no cookie opens anything but refresh and sign-out', async () => {
    const { refreshToken } = await app.signUp();
    const cookies = { [app.cookieName]: refreshToken };
    for (const url of ['/api/v1/auth/me', '/api/v1/keys', '/api/v1/auth/sessions', '/api/v1/preferences']) {
      expect((await app.client.get(url, { cookies })).status).toBe(401);
    }
    expect((await app.client.post('/v1/echo', {}, { cookies })).status).toBe(401);
  });
});

describe('R22 requests that other sites make a browser send', () => {
  const paths = ['/api/v1/auth/refresh', '/api/v1/auth/logout'];
  const attempt = (url: string, cookies: Record<string, string>, headers: Record<string, string>, body?: string) =>
    app.client.send('POST', url, { cookies, headers, ...(body === undefined ? {} : { body }) });

  test('a form, a fetch or a sandboxed frame elsewhere gets 403, and the sign-in lives on', async () => {
    const { refreshToken } = await app.signUp();
    const cookies = { [app.cookieName]: refreshToken };
    const forms = [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/plain; application/json',
    ];
    for (const url of paths) {
      for (const origin of FOREIGN_ORIGINS) expect((await attempt(url, cookies, { origin })).status).toBe(403);
      // The plain HTTP of one's own name is whoever sits in between.
      const downgraded = { origin: 'http://market.example', host: 'market.example' };
      expect((await attempt(url, cookies, downgraded)).status).toBe(403);
      for (const site of ['cross-site', 'same-site', 'anything']) {
        expect((await attempt(url, cookies, { 'sec-fetch-site': site })).status).toBe(403);
        expect((await attempt(url, cookies, { 'sec-fetch-site': site, origin: OWN })).status).toBe(403);
      }
      for (const type of forms) {
        expect((await attempt(url, cookies, { 'content-type': type }, '{}')).status).toBe(403);
        expect((await attempt(url, cookies, { 'content-type': type, origin: OWN }, '{}')).status).toBe(403);
      }
      expect((await app.client.get(url, { cookies })).status).toBe(404);
    }
    expect((await attempt(paths[0] ?? '', cookies, { origin: OWN, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('our own page and programs without an origin are let through', async () => {
    for (const headers of [
      {},
      { origin: OWN },
      { origin: OWN, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const { refreshToken } = await app.signUp();
      const body = 'content-type' in headers ? '{}' : undefined;
      const answer = await attempt('/api/v1/auth/refresh', { [app.cookieName]: refreshToken }, headers, body);
      expect(answer.status).toBe(200);
    }
  });

  test('on a machine of one’s own every name of it is an own origin, and another port is not', async () => {
    const from = async (host: string, origin: string) => {
      const { refreshToken } = await local.signUp();
      const options = { cookies: { qm_refresh: refreshToken }, headers: { host, origin } };
      return (await local.client.send('POST', '/api/v1/auth/refresh', options)).status;
    };
    expect(await from('localhost:3000', 'http://localhost:3000')).toBe(200);
    expect(await from('127.0.0.1:3000', 'http://127.0.0.1:3000')).toBe(200);
    expect(await from('localhost:3000', 'http://localhost:5173')).toBe(403);
    expect(await from('localhost:3000', 'http://evil.example')).toBe(403);
  });

  test('the cookie is __Host- and Secure over https, and never readable by a script', async () => {
    const answer = await app.client.post('/api/v1/auth/register', { email: 'cookie@example.com', password: PASSWORD });
    const header = String(answer.headers['set-cookie']);
    expect(header).toMatch(
      /^__Host-qm_refresh=qmr_[^;]{40,}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    const plain = await local.client.post('/api/v1/auth/register', { email: 'cookie@example.com', password: PASSWORD });
    expect(String(plain.headers['set-cookie'])).toMatch(
      /^qm_refresh=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
  });
});

describe('R23 headers', () => {
  test('every route answers with them, whatever it answers', async () => {
    for (const route of app.routes) {
      const method = [route.method].flat()[0] as 'GET' | 'POST';
      const answer = await app.client.send(
        method,
        route.url.replace(':id', 'x'),
        method === 'POST' ? { body: {} } : {},
      );
      const { headers } = answer;
      expect(headers['x-request-id']).toMatch(/^req_/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
      const policy = String(headers['content-security-policy']);
      for (const directive of [
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy).toContain(directive);
      }
      expect(policy).not.toContain('unsafe-eval');
    }
  });

  test('on plain HTTP no browser is told to insist on https', async () => {
    expect((await local.client.get('/api/v1/auth/me')).headers['strict-transport-security']).toBeUndefined();
  });
});
