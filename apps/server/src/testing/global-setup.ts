import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../platform/database/database.ts';
import { startEmbeddedPostgres } from '../platform/database/embedded.ts';
import { migrate } from '../platform/database/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's address of the PostgreSQL server of this test run. */
    databaseUrl: string;
    /** Name of a migrated database to clone; every database of this run starts with it. */
    databaseTemplate: string;
  }
}

/** What a killed run left is removed by the first run that starts this much later. */
const ABANDONED_AFTER_MS = 3 * 60 * 60 * 1000;
const FOLDER_PREFIX = 'q-test-postgres-';
const MEMORY_DISK = '/dev/shm';
const MEMORY_DISK_MIN_BYTES = 2_000_000_000;
const NAME = /^qtest_(\d+)_/;

function onDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function dropDatabases(url: string, isDropped: (name: string) => boolean): Promise<void> {
  await asAdmin(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname ~ '^qtest_'",
    );
    for (const { datname } of rows.filter((row) => isDropped(row.datname))) {
      await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
    }
  });
}

async function createTemplate(url: string, name: string): Promise<void> {
  await asAdmin(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const database = openDatabase(onDatabase(url, name));
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

/** Cloning a database makes 300 files: 10 ms in memory, 200 ms on a disk. Containers often have too small a /dev/shm. */
async function temporaryFolder(): Promise<string> {
  const space = await statfs(MEMORY_DISK).catch(() => null);
  return space && space.bavail * space.bsize > MEMORY_DISK_MIN_BYTES ? MEMORY_DISK : tmpdir();
}

/** PostgreSQL ends by itself within a minute once its folder is gone. */
async function removeAbandonedFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const path = join(parent, name);
    const age = Date.now() - (await stat(path).then(({ mtimeMs }) => mtimeMs, Date.now));
    if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** One PostgreSQL server for the whole run: the one of TEST_DATABASE_URL, else an embedded one in a temporary folder. */
async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const external = process.env['TEST_DATABASE_URL'];
  if (external) return { url: external, stop: async () => undefined };
  const parent = await temporaryFolder();
  await removeAbandonedFolders(parent);
  const dataDir = await mkdtemp(join(parent, FOLDER_PREFIX));
  const log = (message: string) => process.stderr.write(`${message}\n`);
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Vitest runs this once before all server tests; what it returns runs once after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `qtest_${Date.now()}_${randomBytes(4).toString('hex')}`;
  const teardown = async () => {
    await dropDatabases(server.url, (name) => name.startsWith(template)).catch((error: Error) => {
      process.stderr.write(`Test databases are left for a later run to remove: ${error.message}\n`);
    });
    await server.stop();
  };
  try {
    await dropDatabases(server.url, (name) => Date.now() - Number(NAME.exec(name)?.[1]) > ABANDONED_AFTER_MS);
    await createTemplate(server.url, template);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('databaseUrl', server.url);
  project.provide('databaseTemplate', template);
  return teardown;
}
