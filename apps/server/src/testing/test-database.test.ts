import { expect, test } from 'vitest';
import { openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/database/migrate.ts';
import { createTestDatabase } from './test-database.ts';

test('every test database is migrated and separate from the others', async () => {
  const [a, b] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const [first, second] = [openDatabase(a.url), openDatabase(b.url)];
  try {
    expect(await migrate(first)).toEqual([]);
    await first.query('CREATE TABLE only_here (n int)');
    await expect(second.query('SELECT * FROM only_here')).rejects.toThrow('does not exist');
  } finally {
    await Promise.all([first.close(), second.close()]);
    await Promise.all([a.drop(), b.drop()]);
  }
});

test('dropping a database ends the connections that are still open to it', async () => {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase(url);
  await database.query('SELECT 1');
  await drop();
  await expect(database.query('SELECT 1')).rejects.toThrow();
  await database.close();
});
