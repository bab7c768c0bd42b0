import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Database, Queryable } from './database.ts';

const MIGRATIONS_DIR = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** Any number of processes may start at once: this advisory lock lets one migrate and the others wait. */
const MIGRATION_LOCK = 7_305_117_021;
/** Large books are rewritten for hours, and other processes wait for that. */
const STATEMENT_MS = 24 * 3_600_000;

interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

/** Reads `NNNN-name.sql` files in order; their numbers must be 1, 2, 3 … */
export function readMigrations(directory: string = MIGRATIONS_DIR): Migration[] {
  const files = readdirSync(directory)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .sort();
  return files.map((name, index) => {
    const version = Number(name.slice(0, 4));
    if (version !== index + 1) throw new Error(`Migration ${name} is out of order: number ${index + 1} was expected.`);
    const sql = readFileSync(`${directory}/${name}`, 'utf8');
    return { version, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

async function applyMissing(tx: Queryable, migrations: Migration[]): Promise<string[]> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await tx.query(
    'CREATE TABLE IF NOT EXISTS schema_migrations (version int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const applied = await tx.query<{ version: number; name: string; sha256: string }>(
    'SELECT version, name, sha256 FROM schema_migrations ORDER BY version',
  );
  const newest = applied.at(-1);
  if (newest && newest.version > migrations.length) {
    throw new Error(
      `The database has schema version ${newest.version} (${newest.name}), but this program only knows versions up to ${migrations.length}. Start a newer version of the program, or restore a backup made with this one.`,
    );
  }
  for (const row of applied) {
    const known = migrations[row.version - 1];
    if (known && known.sha256 !== row.sha256) {
      throw new Error(
        `Migration ${known.name} was changed after it had been applied. Migrations are forward only: add a new file instead.`,
      );
    }
  }
  const missing = migrations.slice(applied.length);
  for (const migration of missing) {
    await tx.query(migration.sql);
    await tx.query('INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.sha256,
    ]);
  }
  return missing.map((migration) => migration.name);
}

/**
 * Brings the schema up to date in one transaction and returns the names of the files applied.
 * Throws a sentence for an operator when the schema is newer than the program or an applied file was changed.
 */
export async function migrate(database: Database, migrations: Migration[] = readMigrations()): Promise<string[]> {
  return database.transaction((tx) => applyMissing(tx, migrations), { statementMs: STATEMENT_MS });
}
