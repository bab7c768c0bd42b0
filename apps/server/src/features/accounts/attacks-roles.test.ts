import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enforceRoutePolicy, PUBLIC_ROUTES, routeFault } from '../../http/route-policy.ts';
import { createHttpServer } from '../../http/server.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

let app: AccountsApp;
beforeAll(async () => {
  app = await startAccountsApp();
});
afterAll(() => app.close());

const SETUP = '/api/v1/admin/setup';

async function admins(): Promise<number> {
  const [row] = await app.database.query<{ count: bigint }>("SELECT count(*) AS count FROM users WHERE role = 'admin'");
  return Number(row?.count);
}

describe('R8 the first administrator', () => {
  test('of 50 people who sign up first at the same moment none becomes one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        app.client.post('/api/v1/auth/register', { email: `first-${index}@example.com`, password: PASSWORD }),
      ),
    );
    expect(answers.map(({ body }) => body.user?.role)).toEqual(Array(50).fill('user'));
    expect(await admins()).toBe(0);
  });

  test('the printed link makes exactly one, once', async () => {
    const stale = await app.accounts.adminSetupLink('http://localhost:3000');
    const link = await app.accounts.adminSetupLink('http://localhost:3000');
    const tokenOf = (url = '') => /^http:\/\/localhost:3000\/admin\/setup#token=(qma_\S+)$/.exec(url)?.[1];
    const example = JSON.parse(/-d '(.*)'$/.exec(link?.curl ?? '')?.[1] ?? '');
    expect(example.token).toBe(tokenOf(link?.url));
    expect((await app.client.post(SETUP, example)).body.error.param).toBe('email');
    const body = { email: 'root@example.com', password: PASSWORD };
    for (const token of [null, '', [], {}, 'x'.repeat(47), tokenOf(stale?.url)]) {
      expect((await app.client.post(SETUP, { ...body, token })).status).toBe(400);
    }
    const races = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        app.client.post(SETUP, { token: tokenOf(link?.url), email: `root-${index}@example.com`, password: PASSWORD }),
      ),
    );
    const made = races.filter(({ status }) => status === 201);
    expect(made.length).toBe(1);
    expect(made[0]?.body.user.role).toBe('admin');
    expect(await admins()).toBe(1);
    expect(await app.accounts.adminSetupLink('http://localhost:3000')).toBeNull();
    const list = await app.client.get('/api/v1/admin/users', { token: made[0]?.body.access_token });
    expect(list.status).toBe(200);
  });

  test('a link is over after a day', async () => {
    const fresh = await startAccountsApp();
    try {
      const link = await fresh.accounts.adminSetupLink('http://localhost:3000');
      fresh.clock.advance(24 * 60 * 60_000);
      const token = link?.url.split('#token=')[1];
      const answer = await fresh.client.post(SETUP, { token, email: 'late@example.com', password: PASSWORD });
      expect(answer.body.error).toMatchObject({ code: 'invalid_request', param: 'token' });
    } finally {
      await fresh.close();
    }
  });

  test('the configured administrator is made once, never reset, and nobody who took the address is raised', async () => {
    const admin = { email: 'operator@example.com', password: 'the operator chose this' };
    expect(await app.accounts.ensureAdmin(admin)).toBe('created');
    expect(await app.accounts.ensureAdmin({ ...admin, password: 'something else entirely' })).toBe('exists');
    expect((await app.client.post('/api/v1/auth/login', admin)).body.user.role).toBe('admin');
    const squatter = await app.signUp({ email: 'boss@example.com' });
    expect(await app.accounts.ensureAdmin({ email: 'Boss@example.com', password: 'the operator chose this' })).toBe(
      'not_admin',
    );
    expect((await app.client.get('/api/v1/auth/me', { token: squatter.token })).body.role).toBe('user');
  });

  test('a weak password of the configuration is warned of, without saying it', async () => {
    const fresh = await startAccountsApp();
    try {
      await fresh.accounts.ensureAdmin({ email: 'operator@example.com', password: 'changeme123' });
      expect(fresh.logLines.join()).toContain('ADMIN_PASSWORD is among the passwords that are tried first');
      expect(fresh.logLines.join()).not.toContain('changeme123');
    } finally {
      await fresh.close();
    }
  });
});

describe('R15 roles', () => {
  const adminRoutes = [
    ['GET', '/api/v1/admin/users'],
    ['GET', '/api/v1/admin/audit'],
    ['PATCH', '/api/v1/admin/users/usr_x'],
  ] as const;

  test.each(['user', 'publisher', 'analyst'])(
    '%s gets nowhere near administration, by session or key',
    async (role) => {
      const { token } = await app.signUp({ role });
      const body = { role: 'admin' };
      for (const [method, url] of adminRoutes) {
        const options = method === 'PATCH' ? { token, body } : { token };
        expect((await app.client.send(method, url, options)).status).toBe(403);
        expect((await app.client.send(method, url, method === 'PATCH' ? { body } : {})).status).toBe(401);
      }
      if (role === 'analyst') return;
      const { key } = await app.makeKey(token, { permissions: ['inference', 'read', 'manage'] });
      for (const [method, url] of adminRoutes) {
        expect(
          (await app.client.send(method, url, method === 'PATCH' ? { token: key, body } : { token: key })).status,
        ).toBe(403);
      }
    },
  );

  test("an administrator's key reads only with the permission to manage, and never changes people", async () => {
    const { token } = await app.signUp({ role: 'admin' });
    const person = await app.signUp();
    const plain = await app.makeKey(token);
    const manage = await app.makeKey(token, { permissions: ['read', 'manage'] });
    expect((await app.client.get('/api/v1/admin/users', { token: plain.key })).status).toBe(403);
    expect((await app.client.get('/api/v1/admin/users', { token: manage.key })).status).toBe(200);
    const raise = await app.client.patch(`/api/v1/admin/users/${person.id}`, { role: 'admin' }, { token: manage.key });
    expect(raise.status).toBe(403);
  });

  test('an analyst neither calls models nor holds keys, not even ones made before', async () => {
    const { id, token } = await app.signUp();
    const { key } = await app.makeKey(token);
    expect((await app.client.post('/v1/echo', {}, { token: key })).status).toBe(200);
    const admin = await app.signUp({ role: 'admin' });
    await app.client.patch(`/api/v1/admin/users/${id}`, { role: 'analyst' }, { token: admin.token });
    for (const credential of [key, token]) {
      expect((await app.client.post('/v1/echo', {}, { token: credential })).status).toBe(403);
    }
    expect((await app.client.post('/api/v1/keys', { name: 'x' }, { token })).status).toBe(403);
  });

  test('administrators change others, not themselves, and there is always one left', async () => {
    const fresh = await startAccountsApp();
    try {
      const [one, two] = [await fresh.signUp({ role: 'admin' }), await fresh.signUp({ role: 'admin' })];
      const change = (who: { token: string }, whom: { id: string }, body: object) =>
        fresh.client.patch(`/api/v1/admin/users/${whom.id}`, body, { token: who.token });
      expect((await change(one, one, { role: 'user' })).status).toBe(409);
      expect((await change(one, { id: 'usr_nobody' }, { role: 'user' })).status).toBe(404);
      expect((await change(one, two, {})).status).toBe(400);
      expect((await change(one, two, { role: 'owner' })).status).toBe(400);
      const both = await Promise.all([change(one, two, { role: 'user' }), change(two, one, { status: 'disabled' })]);
      expect(both.map(({ status }) => status).sort()[0]).toBe(200);
      expect(both.map(({ status }) => status).sort()[1]).not.toBe(200);
    } finally {
      await fresh.close();
    }
  });

  test('every route of accounts and keys authenticates and authorizes its caller, or is on the list', () => {
    expect(app.routes.length).toBeGreaterThan(25);
    expect(app.routes.map((route) => routeFault(route, app.authenticate)).filter((fault) => fault !== null)).toEqual(
      [],
    );
  });

  test('R37 a crawl without credentials gets in exactly where the list says', async () => {
    const open: string[] = [];
    for (const route of app.routes) {
      const method = [route.method].flat()[0] as 'GET' | 'POST';
      if (method === ('HEAD' as string)) continue;
      const answer = await app.client.send(method, route.url.replace(':id', 'x'), method === 'GET' ? {} : { body: {} });
      if (answer.status !== 401) open.push(`${method} ${route.url}`);
    }
    const listed = [...PUBLIC_ROUTES].filter((name) => /auth|setup/.test(name));
    // Without a token to refresh or a sign-in to end these answer 401 like the others.
    const needATokenOfTheirOwn = ['POST /api/v1/auth/refresh', 'POST /api/v1/auth/logout'];
    expect(open.sort()).toEqual(listed.filter((name) => !needATokenOfTheirOwn.includes(name)).sort());
  });

  test('a route without a policy cannot be registered', async () => {
    const { authenticate } = app;
    const http = await createHttpServer({ logger: createLogger('silent'), trustProxy: null, https: false });
    enforceRoutePolicy(http, authenticate);
    const fault = (options: object) =>
      routeFault({ method: 'GET', url: '/api/v1/x', handler: async () => null, ...options }, authenticate);
    expect(fault({})).toContain('does not authenticate');
    expect(fault({ onRequest: [authenticate.optional] })).toContain('does not authenticate');
    expect(fault({ onRequest: [authenticate.required] })).toContain('does not say who');
    expect(fault({ onRequest: [authenticate.required], preHandler: [async () => undefined] })).toContain(
      'does not say',
    );
    expect(fault({ method: 'POST', url: '/anything' })).toContain('does not authenticate');
    expect(fault({ url: '/a-page' })).toBeNull();
    expect(() => http.get('/api/v1/x', async () => null)).toThrow('Route without a policy');
    await http.close();
  });
});

describe('R17 fields that are not ours to set', () => {
  const extras = {
    role: 'admin',
    balance: 1e9,
    balance_usd: '1000000',
    status: 'active',
    email_verified: true,
    verified: true,
    id: 'usr_x',
    user_id: 'usr_x',
    owner_id: 'usr_x',
    plan: 'enterprise',
    password_hash: 'x',
    commission_bps: 0,
    price: 0,
    created_at: '2020-01-01T00:00:00Z',
    constructor: {},
  };

  test('each is refused by name on every route that takes a body', async () => {
    const { token } = await app.signUp();
    const bodies: [string, 'POST' | 'PUT' | 'PATCH', object][] = [
      ['/api/v1/auth/register', 'POST', { email: 'mass@example.com', password: PASSWORD }],
      ['/api/v1/auth/login', 'POST', { email: 'mass@example.com', password: PASSWORD }],
      ['/api/v1/auth/me', 'PATCH', { name: 'x' }],
      ['/api/v1/auth/password/forgot', 'POST', { email: 'mass@example.com' }],
      ['/api/v1/preferences', 'PUT', { selected_model: null }],
      ['/api/v1/keys', 'POST', { name: 'x' }],
      [SETUP, 'POST', { token: 'x'.repeat(40), email: 'mass@example.com', password: PASSWORD }],
    ];
    for (const [url, method, body] of bodies) {
      for (const [name, value] of Object.entries(extras)) {
        const answer = await app.client.send(method, url, { token, body: { ...body, [name]: value } });
        expect(answer.status).toBe(400);
        expect(answer.body.error.message).toContain(name);
      }
    }
  });

  test('a prototype in the body changes nothing and nobody', async () => {
    const { token } = await app.signUp();
    const body = '{"name":"x","__proto__":{"role":"admin"}}';
    const answer = await app.client.send('PATCH', '/api/v1/auth/me', { token, body });
    expect([200, 400]).toContain(answer.status);
    expect(({} as { role?: string }).role).toBeUndefined();
    expect((await app.client.get('/api/v1/auth/me', { token })).body.role).toBe('user');
  });

  test('answers bear only the fields of the contract', async () => {
    const { token } = await app.signUp();
    const me = await app.client.get('/api/v1/auth/me', { token });
    expect(Object.keys(me.body).sort()).toEqual(
      [
        'balance_usd',
        'created_at',
        'email',
        'email_verified',
        'id',
        'name',
        'organization',
        'plan',
        'role',
        'username',
      ].sort(),
    );
  });
});
