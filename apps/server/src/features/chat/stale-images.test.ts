import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/telemetry/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { createStaleImages } from './stale-images.ts';
import { createImageStore } from './store.ts';

const HOUR_MS = 3_600_000;

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url);
  await database.query(
    `INSERT INTO users (id, email, email_key, password_hash) VALUES ('usr_1', 'a@example.com', 'a@example.com', 'x')`,
  );
  await database.query(
    `INSERT INTO chat_sessions (id, user_id, title, parameters) VALUES ('ses_1', 'usr_1', 'A', '{}')`,
  );
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});
beforeEach(() => database.query('DELETE FROM chat_images'));

/** Pictures that were uploaded so long ago; with a session they were sent. */
const uploaded = (count: number, { age, sessionId = null }: { age: string; sessionId?: string | null }) =>
  database.query(
    `INSERT INTO chat_images (id, user_id, session_id, media_type, width, height, bytes, created_at)
     SELECT 'img_' || md5($2 || COALESCE($3, '') || i), 'usr_1', $3, 'image/png', 1, 1, 'x', now() - $2::interval FROM generate_series(1, $1) i`,
    [count, age, sessionId],
  );
const left = async () => {
  const [row] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM chat_images');
  return row?.n;
};
function job() {
  const clock = createFakeClock();
  const images = createImageStore(database);
  return { clock, ...createStaleImages({ images, clock, logger: createLogger('silent') }) };
}

test('pictures that were never sent go by themselves after a day; others stay', async () => {
  await uploaded(3, { age: '25 hours' });
  await uploaded(2, { age: '23 hours' });
  await uploaded(4, { age: '300 days', sessionId: 'ses_1' });
  const { clock, close } = job();
  clock.advance(HOUR_MS);
  await expect.poll(left).toBe(6);
  close();
  await uploaded(1, { age: '26 hours' });
  clock.advance(2 * HOUR_MS);
  expect(await left()).toBe(7);
});

test('servers that remove them at the same time remove each once, so many at most in one run', async () => {
  await uploaded(20_050, { age: '2 days' });
  const [one, other] = [job(), job()];
  const removed = await Promise.all([one.run(), other.run()]);
  expect(removed).toEqual([10_000, 10_000]);
  expect(await left()).toBe(50);
  expect([await one.run(), await other.run(), await left()]).toEqual([50, 0, 0]);
  one.close();
  other.close();
});
