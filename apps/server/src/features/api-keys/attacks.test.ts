import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

const HOUR_MS = 3_600_000;

let app: AccountsApp;
beforeAll(async () => {
  app = await startAccountsApp();
});
afterAll(() => app.close());

const call = (token: string, headers: Record<string, string> = {}) =>
  app.client.post('/v1/echo', {}, { token, headers });
const status = async (key: string) => (await call(key)).status;

/** Every row of every table as text, so that nothing can hide in a column nobody thought of. */
async function wholeDatabase(): Promise<string> {
  const tables = await app.database.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const rows = await Promise.all(
    tables.map(({ name }) => app.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

describe('R9 keys', () => {
  test('a key is shown once, listed without its secret, and not in the database', async () => {
    const { token } = await app.signUp();
    const made = await app.client.post('/api/v1/keys', { name: 'laptop', daily_limit_usd: '5.00' }, { token });
    const { key, ...rest } = made.body;
    expect(rest).toMatchObject({
      name: 'laptop',
      prefix: key.slice(0, 12),
      last4: key.slice(-4),
      permissions: ['inference', 'read'],
      daily_limit_usd: '5.000000000',
      spent_today_usd: '0.000000000',
      expires_at: null,
      last_used_at: null,
    });
    const list = await app.client.get('/api/v1/keys', { token });
    expect(list.body).toEqual({ data: [rest], total: 1, page: 1, per_page: 20 });
    const dump = await wholeDatabase();
    const secret = key.slice(12, -4);
    expect(dump).toContain(rest.id);
    expect(dump).not.toContain(secret);
    expect(dump).not.toContain(Buffer.from(key).toString('hex'));
  });

  test('every way of sending it is under the same rules, and the URL is none of them', async () => {
    const { token } = await app.signUp();
    const { id, key } = await app.makeKey(token);
    const send = (headers: Record<string, string>, query = '') => app.client.post(`/v1/echo${query}`, {}, { headers });
    const ways = [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer ${key}` },
      { 'x-api-key': key },
      { 'X-API-Key': key },
    ];
    for (const headers of ways) expect((await send(headers)).status).toBe(200);
    for (const query of [`?key=${key}`, `?api_key=${key}`, `?x=${key}`, '?token=1', '?Authorization=1']) {
      expect((await send({}, query)).status).toBe(401);
      expect((await send({ 'x-api-key': key }, query)).status).toBe(401);
    }
    expect((await send({ 'x-api-key': token })).status).toBe(401);
    expect((await send({ cookie: `key=${key}; x-api-key=${key}` })).status).toBe(401);
    await app.client.delete(`/api/v1/keys/${id}`, { token });
    for (const headers of ways) expect((await send(headers)).status).toBe(401);
  });

  test('deleted and expired keys are refused at once here and within five seconds elsewhere', async () => {
    const other = await app.second();
    const elsewhere = async (key: string) => (await other.client.post('/v1/echo', {}, { token: key })).status;
    const { token } = await app.signUp();
    const { id, key } = await app.makeKey(token);
    expect([await status(key), await elsewhere(key)]).toEqual([200, 200]);
    expect((await app.client.delete(`/api/v1/keys/${id}`, { token })).status).toBe(204);
    expect(await status(key)).toBe(401);
    app.clock.advance(5_000);
    expect(await elsewhere(key)).toBe(401);
    expect((await app.client.get('/api/v1/keys', { token })).body.total).toBe(0);
    expect((await app.client.delete(`/api/v1/keys/${id}`, { token })).status).toBe(404);

    const inAMinute = new Date(app.clock.now() + 60_000).toISOString();
    const short = await app.makeKey(token, { expires_at: inAMinute });
    expect(await status(short.key)).toBe(200);
    app.clock.advance(59_999);
    expect(await status(short.key)).toBe(200);
    app.clock.advance(1);
    expect(await status(short.key)).toBe(401);
  });

  test('an end in the past, permissions that do not exist and limits that are no money are refused', async () => {
    const { token } = await app.signUp();
    for (const [param, value] of [
      ['expires_at', '2020-01-01T00:00:00Z'],
      ['expires_at', 'tomorrow'],
      ['expires_at', '9999-12-31T23:59:59-12:00'],
      ['permissions', []],
      ['permissions.0', ['admin']],
      ['daily_limit_usd', '-1'],
      ['daily_limit_usd', '1e3'],
      ['daily_limit_usd', 5],
      ['daily_limit_usd', '0.0000000001'],
      ['daily_limit_usd', '1000000000.000000001'],
      ['daily_limit_usd', '9999999999'],
      ['name', ''],
      ['name', 'a\u0000b'],
      ['name', 'a\ud800b'],
    ] as const) {
      const body = { name: 'x', [param.split('.')[0] as string]: value };
      const answer = await app.client.post('/api/v1/keys', body, { token });
      expect(answer.status).toBe(400);
      expect(answer.body.error.param).toBe(param);
    }
    const most = await app.client.post('/api/v1/keys', { name: 'x', daily_limit_usd: '1000000000' }, { token });
    expect([most.status, most.body.daily_limit_usd]).toEqual([201, '1000000000.000000000']);
  });

  test('a key does what its permissions say and nothing else', async () => {
    const { token } = await app.signUp();
    const attempts = {
      inference: (key: string) => app.client.post('/v1/echo', {}, { token: key }),
      read: (key: string) => app.client.get('/api/v1/auth/me', { token: key }),
      manage: (key: string) => app.client.patch('/api/v1/auth/me', { name: 'x' }, { token: key }),
    };
    for (const permissions of [['inference'], ['read'], ['manage'], ['inference', 'read', 'manage']] as const) {
      const { key } = await app.makeKey(token, { permissions });
      for (const [needed, attempt] of Object.entries(attempts)) {
        const isAllowed = (permissions as readonly string[]).includes(needed);
        expect((await attempt(key)).status).toBe(isAllowed ? 200 : 403);
      }
    }
  });

  test('rotation: a new secret at once, the old one for the grace and no longer', async () => {
    const { token } = await app.signUp();
    const { id, key } = await app.makeKey(token);
    expect(await status(key)).toBe(200);
    const url = `/api/v1/keys/${id}/rotate`;
    const soft = await app.client.put(url, { grace_seconds: 60 }, { token });
    expect(soft.body).toMatchObject({ id, name: 'a test', last4: soft.body.key.slice(-4) });
    expect([await status(key), await status(soft.body.key)]).toEqual([200, 200]);
    app.clock.advance(60_000);
    expect([await status(key), await status(soft.body.key)]).toEqual([401, 200]);
    const again = await app.client.put(url, { grace_seconds: 3_600 }, { token });
    const hard = await app.client.put(url, undefined, { token });
    expect(hard.status).toBe(200);
    expect([await status(soft.body.key), await status(again.body.key), await status(hard.body.key)]).toEqual([
      401, 401, 200,
    ]);
    for (const grace of [-1, 604_801, 1.5, '60', null]) {
      expect((await app.client.put(url, { grace_seconds: grace }, { token })).status).toBe(400);
    }
    await app.client.delete(`/api/v1/keys/${id}`, { token });
    expect(await status(hard.body.key)).toBe(401);
    expect((await app.client.put(url, {}, { token })).status).toBe(404);
  });

  test('the last use is shown at once and written once a minute for all keys together', async () => {
    const { token } = await app.signUp();
    const { id, key } = await app.makeKey(token);
    await status(key);
    const shown = await app.client.get('/api/v1/keys', { token });
    expect(shown.body.data[0].last_used_at).toBe(new Date(app.clock.now()).toISOString());
    const stored = async () => {
      const [row] = await app.database.query<{ at: Date | null }>(
        'SELECT last_used_at AS at FROM api_keys WHERE id = $1',
        [id],
      );
      return row?.at?.getTime() ?? null;
    };
    expect(await stored()).toBeNull();
    const usedAt = app.clock.now();
    app.clock.advance(60_000);
    await expect.poll(stored).toBe(usedAt);
  });

  test('a key seen within five seconds costs no query, and a made-up one none at all', async () => {
    const other = await startAccountsApp();
    const { token } = await other.signUp();
    const { id, key } = await other.makeKey(token);
    await other.apiKeys.authenticate(key);
    await other.accounts.settled();
    const { database, apiKeys, clock } = other;
    await database.close();
    database.close = async () => undefined;
    try {
      expect((await apiKeys.authenticate(key))?.apiKey?.id).toBe(id);
      expect(await apiKeys.authenticate(`qm_live_${'A'.repeat(49)}`)).toBeNull();
      clock.advance(5_000);
      await expect(apiKeys.authenticate(key)).rejects.toThrow();
    } finally {
      await other.close();
    }
  });

  test('R18 SQL in the place of a key or token changes nothing', async () => {
    const { token } = await app.signUp();
    for (const attack of [
      "' OR '1'='1",
      "qm_live_' UNION SELECT * FROM users --",
      "'; DROP TABLE api_keys; --",
      '\\x00',
      '%27%20OR%201=1',
      '$1',
    ]) {
      const headers = [
        { authorization: `Bearer ${attack}` },
        { 'x-api-key': attack },
        { 'x-api-key': `qm_live_${attack}` },
      ];
      for (const header of headers) {
        expect((await app.client.post('/v1/echo', {}, { headers: header })).status).toBe(401);
      }
      expect((await app.client.delete(`/api/v1/keys/${encodeURIComponent(attack)}`, { token })).status).toBe(404);
    }
    expect((await app.client.get('/api/v1/keys', { token })).status).toBe(200);
  });
});

describe('R10 who may make a key, and for whom', () => {
  test('fields that would make it for somebody else or lift a limit are refused by name', async () => {
    const [mallory, victim] = [await app.signUp(), await app.signUp()];
    for (const extra of ['user_id', 'userId', 'role', 'scopes', 'rate_limit', 'rateLimit', 'key', 'id', 'owner']) {
      const answer = await app.client.post('/api/v1/keys', { name: 'x', [extra]: victim.id }, { token: mallory.token });
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain(extra);
    }
    expect((await app.client.get('/api/v1/keys', { token: victim.token })).body.total).toBe(0);
  });

  test('a key makes, rotates and deletes no keys, whatever its permissions', async () => {
    const { token } = await app.signUp();
    const { id, key } = await app.makeKey(token, { permissions: ['inference', 'read', 'manage'] });
    const answers = [
      await app.client.post('/api/v1/keys', { name: 'x' }, { token: key }),
      await app.client.put(`/api/v1/keys/${id}/rotate`, {}, { token: key }),
      await app.client.delete(`/api/v1/keys/${id}`, { token: key }),
      await app.client.get('/api/v1/auth/sessions', { token: key }),
      await app.client.patch(
        '/api/v1/auth/me',
        { current_password: PASSWORD, new_password: 'another quiet harbour' },
        { token: key },
      ),
    ];
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(403));
  });

  test('a session older than twelve hours proves itself with the password', async () => {
    const { refreshToken } = await app.signUp();
    app.clock.advance(12 * HOUR_MS);
    const refreshed = await app.client.post('/api/v1/auth/refresh', { refresh_token: refreshToken });
    const token = refreshed.body.access_token;
    const make = (password?: unknown) => app.client.post('/api/v1/keys', { name: 'x', password }, { token });
    const bare = await make();
    expect(bare.body.error).toMatchObject({ code: 'forbidden', param: 'password' });
    expect((await make('not the password')).body.error).toMatchObject({ code: 'forbidden', param: 'password' });
    const made = await make(PASSWORD);
    expect(made.status).toBe(201);
    const url = `/api/v1/keys/${made.body.id}/rotate`;
    expect((await app.client.put(url, {}, { token })).status).toBe(403);
    expect((await app.client.put(url, { password: PASSWORD }, { token })).status).toBe(200);
    expect((await app.client.delete(`/api/v1/keys/${made.body.id}`, { token })).status).toBe(204);
  });

  test('R16 nobody sees or touches the keys and devices of another person', async () => {
    const [mallory, victim] = [await app.signUp(), await app.signUp()];
    const { id, key } = await app.makeKey(victim.token);
    const sessions = await app.client.get('/api/v1/auth/sessions', { token: victim.token });
    const sessionId = sessions.body.data[0].id;
    const { token } = mallory;
    const answers = [
      await app.client.delete(`/api/v1/keys/${id}`, { token }),
      await app.client.put(`/api/v1/keys/${id}/rotate`, {}, { token }),
      await app.client.delete(`/api/v1/auth/sessions/${sessionId}`, { token }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect((await app.client.get('/api/v1/keys', { token })).body.total).toBe(0);
    expect(await status(key)).toBe(200);
    expect((await app.client.get('/api/v1/auth/me', { token: victim.token })).status).toBe(200);
  });

  test('a person has a hundred keys at most, also when they are made at the same moment', async () => {
    const { id, token } = await app.signUp();
    const { key } = await app.makeKey(token);
    await app.database.query(
      `INSERT INTO api_keys (id, user_id, name, key_hash, prefix, last4, permissions, created_at)
       SELECT 'key_' || n, $1, 'x', sha256(n::text::bytea), 'x', 'x', '{read}', now() FROM generate_series(1, 97) n`,
      [id],
    );
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => app.client.post('/api/v1/keys', { name: 'x' }, { token })),
    );
    expect(answers.filter((answer) => answer.status === 201).length).toBe(2);
    expect(answers.filter((answer) => answer.status === 409).length).toBe(4);
    expect(await status(key)).toBe(200);
  });
});

describe('R20 limits by key and person', () => {
  test('of ten times the limit the limit passes; other keys and the person have their own', async () => {
    const limited = await startAccountsApp({ requestsPerMinutePerKey: 30 });
    try {
      const { token } = await limited.signUp();
      const [one, two] = [await limited.makeKey(token), await limited.makeKey(token)];
      const send = (key: string) => limited.client.post('/v1/echo', {}, { token: key });
      const answers = await Promise.all(Array.from({ length: 300 }, () => send(one.key)));
      expect(answers.filter((answer) => answer.status === 200).length).toBe(30);
      const refused = answers.find((answer) => answer.status === 429);
      expect(refused?.body.error).toMatchObject({ code: 'rate_limited' });
      expect(refused?.headers['retry-after']).toBe('2');
      expect((await send(two.key)).status).toBe(200);
      expect((await limited.client.get('/api/v1/auth/me', { token })).status).toBe(200);
      limited.clock.advance(2_000);
      expect((await send(one.key)).status).toBe(200);
      expect((await send(one.key)).status).toBe(429);
    } finally {
      await limited.close();
    }
  });

  test('registrations are limited by address', async () => {
    const { client } = app;
    const register = (index: number, address: string) =>
      client.post('/api/v1/auth/register', { email: `flood-${index}@example.com`, password: 'short' }, { address });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => register(index, '203.0.113.77')));
    expect(answers.filter((answer) => answer.status !== 429).length).toBe(120);
    expect((await register(1, '203.0.113.78')).status).toBe(400);
  });
});
