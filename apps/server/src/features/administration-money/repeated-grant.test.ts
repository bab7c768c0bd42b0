import { expect, test } from 'vitest';
import { startTestServer, TEST_ADMIN } from '../../testing/test-app.ts';
import { askWith, signUpPerson } from '../../testing/test-person.ts';

const LIFE_MS = 2_000;

test('a repeated grant gets its first answer, also when the grant has expired meanwhile', async () => {
  const server = await startTestServer();
  try {
    const { body } = await askWith(server.url, null)('POST', '/api/v1/auth/login', TEST_ADMIN);
    const admin = askWith(server.url, body.access_token);
    const person = await signUpPerson(server.url, 0);
    const expiresAt = new Date(Date.now() + LIFE_MS).toISOString();
    const grant = { user_id: person.id, amount_usd: '12.5', expires_at: expiresAt, reason: 'short' };
    const give = () => admin('POST', '/api/v1/admin/grants', grant, { 'idempotency-key': 'short' });
    const first = await give();
    expect(first.status).toBe(201);
    await expect
      .poll(async () => (await person.ask('GET', '/api/v1/balance')).body.total_usd, { timeout: 3 * LIFE_MS })
      .toBe('0.000000000');
    const again = await give();
    expect([again.status, again.headers.get('idempotent-replayed'), again.body]).toEqual([201, 'true', first.body]);
    const other = await admin('POST', '/api/v1/admin/grants', grant, { 'idempotency-key': 'another' });
    expect([other.status, other.body.error.param]).toEqual([400, 'expires_at']);
  } finally {
    await server.close();
  }
});
