import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

let app: AccountsApp;
let port: number;
beforeAll(async () => {
  app = await startAccountsApp({ logLevel: 'debug' });
  await app.http.listen({ host: '127.0.0.1', port: 0 });
  const address = app.http.server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterAll(() => app.close());

/** Sends raw bytes and answers all that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

describe('R27 limits of a request', () => {
  const post = (body: string) => app.client.send('POST', '/api/v1/auth/login', { body });

  test('a body of more than a megabyte is refused', async () => {
    const answer = await post(`{"email":"a@example.com","password":"${'x'.repeat(1_100_000)}"}`);
    expect(answer.body.error.code).toBe('payload_too_large');
  });

  test('nesting beyond 64 levels is refused without being followed', async () => {
    for (const levels of [65, 10_000, 400_000]) {
      const answer = await post(`${'['.repeat(levels)}${']'.repeat(levels)}`);
      expect(answer.body.error).toMatchObject({ code: 'invalid_request' });
      expect(answer.body.error.message).toContain('64');
    }
  });

  test('what is no JSON object is refused with a sentence', async () => {
    for (const body of [
      '',
      ' ',
      'null',
      '[]',
      '"x"',
      '1',
      '{',
      '{"email":}',
      '\u0000',
      'undefined',
      '{"a":1}{"b":2}',
    ]) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.message.length).toBeGreaterThan(10);
    }
    const form = await app.client.send('POST', '/api/v1/auth/login', {
      body: 'email=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(415);
  });

  test('headers of more than 16 KB are refused in the one error shape', async () => {
    const answer = await raw(`GET /api/v1/auth/me HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(17_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"headers_too_large"');
    const many = Array.from({ length: 3_000 }, (_, index) => `x-${index}: 1`).join('\r\n');
    expect(await raw(`GET /api/v1/auth/me HTTP/1.1\r\nhost: x\r\n${many}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('a credential of more than 8 KB is refused, and what is no HTTP is told so', async () => {
    const long = await raw(
      `GET /api/v1/auth/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'a'.repeat(9_000)}\r\nconnection: close\r\n\r\n`,
    );
    expect(long).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('GIVE me everything\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await raw(
        'POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('no list gives more than a hundred rows', async () => {
    const { token } = await app.signUp({ role: 'admin' });
    for (const url of ['/api/v1/keys', '/api/v1/auth/sessions', '/api/v1/admin/users', '/api/v1/admin/audit']) {
      expect((await app.client.get(`${url}?per_page=100`, { token })).status).toBe(200);
      for (const query of [
        'per_page=101',
        'per_page=0',
        'per_page=-1',
        'per_page=1e9',
        'page=0',
        'page=x',
        'limit=5',
        'per_page=5&per_page=6',
      ]) {
        const answer = await app.client.get(`${url}?${query}`, { token });
        expect(answer.status).toBe(400);
      }
    }
  });

  test('idle and slow connections do not keep others from being answered', async () => {
    const sockets = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.on('connect', () => socket.write('POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-le'));
    }
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ port, host: '127.0.0.1', path: '/api/v1/auth/me', timeout: 5_000 }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
    for (const socket of sockets) socket.destroy();
  });
});

describe('R29 secrets stay out of logs, answers and the database', () => {
  test('canaries sent in every field and header at debug level are found nowhere', async () => {
    const canary = 'canary-4f2c81-secret';
    const { email, token, refreshToken } = await app.signUp();
    const { id, key } = await app.makeKey(token);
    const rotated = await app.client.put(`/api/v1/keys/${id}/rotate`, {}, { token });
    await app.client.post('/api/v1/auth/password/forgot', { email });
    await app.accounts.settled();
    const mailed = app.mails.map(({ text }) => /#token=(\S+)/.exec(text)?.[1]).filter((found) => found !== undefined);
    const link = await app.accounts.adminSetupLink('http://localhost:3000');
    const setup = /#token=(\S+)/.exec(link?.url ?? '')?.[1] ?? 'no link';
    const secrets = [canary, PASSWORD, token, refreshToken, key, rotated.body.key, ...mailed, setup];
    const answers = [];
    for (const secret of secrets) {
      const attempts = [
        app.client.post('/api/v1/auth/login', { email, password: secret.slice(0, 128) }, { address: '203.0.113.9' }),
        app.client.post('/api/v1/auth/register', {
          email: 'taken@example.com',
          password: secret.slice(0, 128),
          extra: secret,
        }),
        app.client.post('/api/v1/auth/refresh', { refresh_token: `${secret}x` }),
        app.client.post('/api/v1/auth/verify-token', { token: `${secret}x` }),
        app.client.post('/api/v1/auth/password/reset', {
          token: `${secret}-used-wrongly`,
          password: secret.slice(0, 128),
        }),
        app.client.post('/api/v1/admin/setup', {
          token: `${secret}-used-wrongly`,
          email,
          password: secret.slice(0, 128),
        }),
        app.client.get('/api/v1/auth/me', { token: `${secret}x` }),
        app.client.get('/api/v1/auth/me', { headers: { 'x-api-key': secret } }),
        app.client.get('/api/v1/auth/me', { headers: { authorization: `Basic ${secret}` } }),
        app.client.get(`/api/v1/auth/me?token=${secret}`),
        app.client.get('/api/v1/auth/me', { cookies: { qm_refresh: secret } }),
        app.client.send('POST', '/api/v1/auth/login', { body: `{"password":"${secret}"` }),
      ];
      answers.push(...(await Promise.all(attempts)));
    }
    await app.accounts.settled();
    // A fault of the database in the middle of a request, with everything it says about it.
    await app.database.query('ALTER TABLE sessions RENAME TO sessions_away');
    answers.push(await app.client.post('/api/v1/auth/refresh', { refresh_token: refreshToken }));
    await app.database.query('ALTER TABLE sessions_away RENAME TO sessions');

    const tables = await app.database.query<{ name: string }>(
      "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    const rows = await Promise.all(
      tables.map(({ name }) => app.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
    );
    const places = {
      logs: app.logLines.join('\n'),
      answers: answers.map(({ text, headers }) => text + JSON.stringify(headers)).join('\n'),
      database: rows
        .flat()
        .map(({ row }) => row)
        .join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length).toBeGreaterThan(0);
      for (const secret of secrets) expect(`${place}: ${text.includes(secret)}`).toBe(`${place}: false`);
    }
  });

  test('a line break in what somebody sends cannot write a line of its own into the log', async () => {
    const before = app.logLines.length;
    app.http.log.warn({ agent: 'x\r\n{"level":"fatal","msg":"forged"}' }, 'a\nb');
    expect(app.logLines.length).toBe(before + 1);
    expect(app.logLines.at(-1)?.trimEnd().split('\n').length).toBe(1);
  });
});

describe('R35 errors tell what to do and nothing of the inside', () => {
  const INSIDE =
    /node_modules|\.ts:\d|\bat \w+ \(|SELECT |INSERT |pg_|postgres|relation "|constraint|\/work\/|\/home\/|argon2/i;

  test('hostile requests to every route are answered with 4xx in one shape, and the process lives', async () => {
    const { token } = await app.signUp();
    const routes = app.routes.filter((route) => ![route.method].flat().includes('HEAD'));
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        '',
        '\u0000',
        "' OR 1=1 --",
        '../../etc/passwd',
        '\ud800',
        null,
        [],
        {},
        -1,
        1e308,
        true,
        { $ne: 1 },
        ['x'],
      ),
      fc.string({ maxLength: 20 }),
    );
    const names = [
      'email',
      'password',
      'token',
      'refresh_token',
      'name',
      'username',
      'permissions',
      'role',
      'page',
      'grace_seconds',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.dictionary(fc.constantFrom(...names), value),
        value,
        fc.boolean(),
        async (route, body, segment, isSignedIn) => {
          const method = [route.method].flat()[0] as 'POST';
          const url = route.url.replace(
            ':id',
            encodeURIComponent(String(segment).replace(/[\ud800-\udfff]/g, '')) || 'x',
          );
          const answer = await app.client.send(method, url, {
            ...(isSignedIn ? { token } : {}),
            ...(method === ('GET' as string) ? {} : { body }),
          });
          expect(answer.status).toBeLessThan(500);
          if (answer.status < 400) return;
          expect(answer.body.error).toMatchObject({
            message: expect.any(String),
            type: expect.any(String),
            code: expect.any(String),
            request_id: expect.stringMatching(/^req_/),
          });
          expect(answer.text).not.toMatch(INSIDE);
        },
      ),
      { numRuns: 300, seed: 35 },
    );
  });

  test('a fault of ours is a 500 with a request id, logged in full, and tells nothing', async () => {
    const { token } = await app.signUp();
    await app.database.query('ALTER TABLE preferences RENAME TO preferences_away');
    const answer = await app.client.get('/api/v1/preferences', { token });
    await app.database.query('ALTER TABLE preferences_away RENAME TO preferences');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(INSIDE);
    expect(app.logLines.join()).toContain(answer.body.error.request_id);
    expect((await app.client.get('/api/v1/preferences', { token })).status).toBe(200);
  });
});
