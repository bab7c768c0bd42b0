import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../testing/test-app.ts';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.close());

const ready = async () => {
  const answer = await fetch(`${server.url}/readyz`);
  return [answer.status, await answer.json()];
};
const metric = async () =>
  /^q_database_disk_full (\d)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1];

test('a server whose database has no room left stays ready for what only reads, and says so', async () => {
  expect([await ready(), await metric()]).toEqual([[200, { status: 'ok', money: 'moves', disk: 'has_room' }], '0']);
  const refused = server.database.query("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$");
  await expect(refused).rejects.toMatchObject({ code: 'service_unavailable' });
  expect([await ready(), await metric()]).toEqual([[200, { status: 'ok', money: 'moves', disk: 'full' }], '1']);
});
