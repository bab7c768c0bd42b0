import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountsApp, PASSWORD, startAccountsApp } from '../../testing/accounts-app.ts';

let app: AccountsApp;
let other: Awaited<ReturnType<AccountsApp['second']>>;
let token: string;
beforeAll(async () => {
  app = await startAccountsApp();
  other = await app.second();
});
afterAll(() => app.close());
beforeEach(async () => {
  ({ token } = await app.signUp());
});

const make = (key: string, body: object = { name: 'laptop' }, on = app.client) =>
  on.post('/api/v1/keys', { name: 'laptop', ...body }, { token, headers: { 'idempotency-key': key } });
const rotate = (id: string, key: string, body: object | null = {}) =>
  app.client.put(`/api/v1/keys/${id}/rotate`, body, { token, headers: { 'idempotency-key': key } });
const count = async () => (await app.client.get('/api/v1/keys', { token })).body.total as number;
const works = async (key: string) => (await app.client.post('/v1/echo', {}, { token: key })).status === 200;
const kept = () =>
  app.database.query<{ body: string; fingerprint: Buffer }>('SELECT body, fingerprint FROM idempotency_keys');

describe('making a key, repeated under one Idempotency-Key', () => {
  test('makes one, shows its secret once, and then tells which key it was', async () => {
    const first = await make('k');
    expect(first.status).toBe(201);
    const again = await make('k');
    expect([again.status, again.body.error.code, again.body.error.key_id]).toEqual([409, 'conflict', first.body.id]);
    expect(again.text).not.toContain(first.body.key);
    expect(await count()).toBe(1);
    expect(await works(first.body.key)).toBe(true);
  });

  test('twenty times at once on two processes makes one', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) => make('k', {}, index % 2 === 0 ? app.client : other.client)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await count()).toBe(1);
  });

  test('with another name is 422; after a failure the key is free', async () => {
    await make('k');
    expect((await make('k', { name: 'phone' })).status).toBe(422);
    expect((await make('j', { expires_at: '2001-01-01T00:00:00Z' })).status).toBe(400);
    expect((await make('j')).status).toBe(201);
  });

  test('nothing that is kept holds the secret, and no hash of it covers a password', async () => {
    const { body } = await make('k', { password: PASSWORD });
    const rows = await kept();
    expect(JSON.stringify(rows.map((row) => row.body))).not.toContain(body.key.slice(12));
    // The same request with another password, or none, is the same request.
    expect((await make('k')).status).toBe(409);
  });
});

describe('rotating a key, repeated under one Idempotency-Key', () => {
  test('replaces the secret once', async () => {
    const { id, key } = await app.makeKey(token);
    const first = await rotate(id, 'k');
    expect(first.status).toBe(200);
    const again = await rotate(id, 'k');
    expect([again.status, again.body.error.code, again.body.error.key_id]).toEqual([409, 'conflict', id]);
    expect([await works(key), await works(first.body.key)]).toEqual([false, true]);
  });

  test('of another key, or with another grace, is 422', async () => {
    const [one, two] = [await app.makeKey(token), await app.makeKey(token)];
    await rotate(one.id, 'k');
    expect((await rotate(two.id, 'k')).status).toBe(422);
    expect((await rotate(one.id, 'k', { grace_seconds: 60 })).status).toBe(422);
    expect(await works(two.key)).toBe(true);
  });

  test('a lost secret is had again by rotating under another Idempotency-Key', async () => {
    const { body } = await make('k');
    await make('k');
    const rotated = await rotate(body.id, 'another');
    expect([await works(body.key), await works(rotated.body.key)]).toEqual([false, true]);
  });
});
