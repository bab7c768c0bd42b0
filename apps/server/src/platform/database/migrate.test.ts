import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';

test('a migration may take a day, whatever other statements may take', async () => {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase(url);
  const known = readMigrations();
  const limits = `CREATE TABLE limits AS SELECT name, setting::bigint AS ms FROM pg_settings
    WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout')`;
  const long = { version: known.length + 1, name: 'long.sql', sql: limits, sha256: 'of this test' };
  expect(await migrate(database, [...known, long])).toEqual(['long.sql']);
  expect(await database.query('SELECT name, ms FROM limits ORDER BY name')).toEqual([
    { name: 'idle_in_transaction_session_timeout', ms: 86_400_000n },
    { name: 'lock_timeout', ms: 0n },
    { name: 'statement_timeout', ms: 86_400_000n },
  ]);
  expect(await database.query("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'")).toEqual([
    { setting: '15000' },
  ]);
  await database.close();
  await drop();
});
