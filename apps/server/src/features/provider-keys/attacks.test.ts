import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FakeKeyProvider } from '../../testing/fake-key-provider.ts';
import {
  newKey,
  PATH,
  PLATFORM_KEY,
  type ProviderKeysStage,
  startProviderKeysStage,
} from '../../testing/provider-keys-stage.ts';
import { TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith } from '../../testing/test-person.ts';

let stage: ProviderKeysStage;
let fake: FakeKeyProvider;
let server: ProviderKeysStage['server'];
const logged: string[] = [];
const write = process.stdout.write;
beforeAll(async () => {
  // The logger writes to the standard output; what it says at its most talkative is looked through in the end.
  process.stdout.write = ((text: string | Uint8Array) => {
    logged.push(String(text));
    return true;
  }) as typeof write;
  stage = await startProviderKeysStage();
  ({ fake, server } = stage);
});
afterAll(async () => {
  process.stdout.write = write;
  await stage?.close();
});
beforeEach(() => fake.reset());

/** Every row of every table as text, so that nothing can hide in a column nobody thought of. */
async function wholeDatabase(): Promise<string> {
  const tables = await server.database.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const rows = await Promise.all(
    tables.map(({ name }) => server.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
  );
  return JSON.stringify(rows);
}

describe('who may', () => {
  test('R16 another person neither sees, tries out, replaces nor deletes a key', async () => {
    const [owner, other] = [await stage.person(), await stage.person()];
    const key = await stage.store(owner);
    expect((await other.ask('GET', PATH)).body.data).toEqual([]);
    expect((await other.ask('POST', `${PATH}/openai/test`)).status).toBe(404);
    expect((await other.ask('DELETE', `${PATH}/openai`)).status).toBe(404);
    await stage.store(other);
    expect((await owner.ask('GET', PATH)).body.data).toMatchObject([{ last4: key.slice(-4) }]);
    expect(fake.requests.map((request) => request.key)).not.toContain(PLATFORM_KEY);
  });

  test('nobody without a session changes anything, whatever their API key may do; reading takes the permission', async () => {
    const who = await stage.person();
    await stage.store(who);
    const made = await who.ask('POST', '/api/v1/keys', { name: 'all', permissions: ['inference', 'read', 'manage'] });
    const byKey = askWith(server.url, made.body.key);
    expect((await byKey('GET', PATH)).status).toBe(200);
    const attempts = [
      ['PUT', `${PATH}/openai`, { key: newKey() }],
      ['DELETE', `${PATH}/openai`],
      ['POST', `${PATH}/openai/test`],
    ] as const;
    for (const [method, path, body] of attempts) {
      expect((await byKey(method, path, body)).status).toBe(403);
      expect((await askWith(server.url, null)(method, path, body)).status).toBe(401);
    }
    const inference = await who.ask('POST', '/api/v1/keys', { name: 'calls', permissions: ['inference'] });
    expect((await askWith(server.url, inference.body.key)('GET', PATH)).status).toBe(403);
    await server.database.query("UPDATE users SET role = 'analyst' WHERE id = $1", [who.id]);
    await expect.poll(async () => (await who.ask('GET', PATH)).status).toBe(403);
    expect((await who.ask('PUT', `${PATH}/openai`, { key: newKey() })).status).toBe(403);
  });

  test('R10 a session of yesterday stores a key with the password only', async () => {
    const who = await stage.person();
    await server.database.query("UPDATE sessions SET created_at = now() - interval '13 hours' WHERE user_id = $1", [
      who.id,
    ]);
    await expect.poll(async () => (await who.ask('PUT', `${PATH}/openai`, { key: newKey() })).status).toBe(403);
    const asked = fake.requests.length;
    expect((await who.ask('PUT', `${PATH}/openai`, { key: newKey() })).body.error.param).toBe('password');
    expect(fake.requests.length).toBe(asked);
    const password = 'correct horse battery 9';
    expect((await who.ask('PUT', `${PATH}/openai`, { key: newKey(), password })).status).toBe(200);
  });

  test('R20 twenty tries a minute for each person; what is refused reaches no provider', async () => {
    const [who, other] = [await stage.person(), await stage.person()];
    await stage.store(who);
    const statuses: number[] = [];
    for (let tries = 0; tries < 22; tries += 1) {
      statuses.push((await who.ask('POST', `${PATH}/openai/test`)).status);
    }
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(19);
    expect(statuses.at(-1)).toBe(429);
    const asked = fake.requests.length;
    const answer = await who.ask('PUT', `${PATH}/openai`, { key: newKey() });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(fake.requests.length).toBe(asked);
    await stage.store(other);
  });
});

describe('R13, R14 addresses of one’s own', () => {
  test.each([
    ['http://localhost:11434', 403],
    ['https://127.0.0.1/v1', 403],
    ['https://[::ffff:127.0.0.1]/v1', 403],
    ['https://169.254.169.254/v1', 403],
    ['https://2130706433/v1', 403],
    ['http://models.example.com/v1', 400],
    ['https://me:secret@models.example.com/v1', 400],
    ['https://models.example.com/v1?key=1', 400],
    ['https://models.example.com:9200', 400],
    ['not an address', 400],
  ])('%s is refused with %i, the key neither sent nor stored', async (base_url, status) => {
    const who = await stage.person();
    const answer = await who.ask('PUT', `${PATH}/openai`, { key: newKey(), base_url });
    expect(answer.status).toBe(status);
    expect(answer.body.error.param).toBe('base_url');
    expect((await who.ask('GET', PATH)).body.total).toBe(0);
    expect(fake.requests).toEqual([]);
  });

  test('not even the address that the operator has may be given by a user', async () => {
    const who = await stage.person();
    expect((await who.ask('PUT', `${PATH}/openai`, { key: newKey(), base_url: `${fake.url}/openai/v1` })).status).toBe(
      403,
    );
    expect(fake.requests).toEqual([]);
  });

  test('providers with a format of their own have one address', async () => {
    const who = await stage.person();
    for (const provider of ['anthropic', 'google', 'cohere', 'stability']) {
      const base_url = 'https://models.example.com/v1';
      const answer = await who.ask('PUT', `${PATH}/${provider}`, { key: newKey(), base_url });
      expect([answer.status, answer.body.error.param]).toEqual([400, 'base_url']);
    }
  });

  test('R12 a stored key cannot be sent elsewhere by changing the address alone', async () => {
    const who = await stage.person();
    await stage.store(who);
    const answer = await who.ask('PUT', `${PATH}/openai`, { base_url: 'https://evil.example.com/v1' });
    expect([answer.status, answer.body.error.param]).toEqual([400, 'key']);
    expect((await who.ask('POST', `${PATH}/openai/test`, { base_url: 'https://evil.example.com' })).status).toBe(200);
    expect((await who.ask('GET', PATH)).body.data).toMatchObject([{ base_url: null }]);
  });
});

describe('where a key may not be', () => {
  test('the audit log tells of setting and deleting, without the key', async () => {
    const who = await stage.person();
    const key = await stage.store(who);
    await who.ask('DELETE', `${PATH}/openai`);
    const admin = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const log = await askWith(server.url, admin.body.access_token)('GET', `/api/v1/admin/audit?actor_id=${who.id}`);
    const entries = log.body.data.filter((entry: { action: string }) => entry.action.startsWith('provider_key.'));
    expect(entries).toMatchObject([
      { action: 'provider_key.delete', object: 'openai' },
      { action: 'provider_key.set', object: 'openai', details: { base_url: null, test_ok: true } },
    ]);
    expect(JSON.stringify(log.body)).not.toContain(key.slice(0, -4));
  });

  test('the OpenAPI document has the routes, and nothing that looks like a key', async () => {
    const { body: document } = await askWith(server.url, null)('GET', '/openapi.json');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([PATH, `${PATH}/{provider}`, `${PATH}/{provider}/test`]),
    );
    const put = document.paths[`${PATH}/{provider}`].put;
    expect(put.requestBody.content['application/json'].schema.properties.key).not.toHaveProperty('example');
    expect(Object.keys(put.responses['200'].content['application/json'].schema.properties).sort()).toEqual([
      'base_url',
      'created_at',
      'last4',
      'last_test',
      'provider',
    ]);
  });

  test('R33 it goes with the account', async () => {
    const who = await stage.person();
    await stage.store(who);
    await server.database.query('DELETE FROM users WHERE id = $1', [who.id]);
    const rows = await server.database.query('SELECT FROM provider_keys WHERE user_id = $1', [who.id]);
    expect(rows).toEqual([]);
    // Whatever of it is in memory goes within five seconds.
    await expect.poll(() => server.app.services.providerKeys.forCall(who.id, 'openai')).toBeUndefined();
  });

  test('R11, R29 no key of this whole run stands in the database or in a log line at the most talkative level', async () => {
    const who = await stage.person();
    const key = await stage.store(who);
    // Nobody foresaw this one: it is logged with all that is known of it.
    await server.database.query('ALTER TABLE provider_keys RENAME TO provider_keys_away');
    expect((await who.ask('PUT', `${PATH}/openai`, { key })).status).toBe(500);
    await server.database.query('ALTER TABLE provider_keys_away RENAME TO provider_keys');
    await server.database.query('UPDATE provider_keys SET sealed_key = sealed_key || sealed_key WHERE user_id = $1', [
      who.id,
    ]);
    expect((await who.ask('POST', `${PATH}/openai/test`)).status).toBe(503);
    const lines = logged.join('');
    expect(lines).toContain('unexpected error');
    expect(lines).toContain('provider_key_unreadable');
    const dump = await wholeDatabase();
    expect(dump).toContain(who.id);
    for (const text of [dump, lines]) {
      expect(text).not.toContain('own-canary');
      expect(text).not.toContain(Buffer.from('own-canary').toString('hex'));
      expect(text).not.toContain(key.slice(-12));
      expect(text).not.toContain(Buffer.from(key).toString('base64').slice(0, 24));
    }
  });
});
