import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

/** PostgreSQL's code for "source database is being accessed by other users". */
const OBJECT_IN_USE = '55006';
const CLONE_TRIES_MAX = 50;
const CLONE_PAUSE_MS = 50;

async function asAdmin(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function clone(client: pg.Client, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${inject('databaseTemplate')}`);
      return;
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE;
      if (!isBusy || tries === CLONE_TRIES_MAX) throw error;
      await sleep(CLONE_PAUSE_MS);
    }
  }
}

/**
 * A migrated, empty database of one's own on the server of this test run. Drop it in `afterAll`/`afterEach`; open
 * connections do not hinder that, and what is forgotten goes when the run ends.
 */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `${inject('databaseTemplate')}_${randomBytes(6).toString('hex')}`;
  await asAdmin((client) => clone(client, name));
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      asAdmin(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}
