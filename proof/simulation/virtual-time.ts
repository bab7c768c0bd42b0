import { type Database, openDatabase, type Queryable } from '../../apps/server/src/platform/database/database.ts';

/**
 * A name that is found before PostgreSQL's own: whatever a statement, a default or a function of this database calls `now()` is the one row
 * of this table, so that no lease ends because the machine was slow.
 */
const VIRTUAL_TIME = `
  CREATE SCHEMA virtual;
  CREATE TABLE virtual.moment (at timestamptz NOT NULL);
  INSERT INTO virtual.moment VALUES (now());
  CREATE FUNCTION virtual.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM virtual.moment';
  DO $$
  DECLARE dated record;
  BEGIN
    FOR dated IN SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND column_default = 'now()' LOOP
      EXECUTE format('ALTER TABLE public.%I ALTER %I SET DEFAULT virtual.now()', dated.table_name, dated.column_name);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I SET search_path = virtual, pg_catalog, public', current_database());
  END $$`;

/** Gives a database a time of its own, which stands still: for all connections that are opened from now on. */
export async function stopTime(url: string): Promise<void> {
  const database: Database = openDatabase(url, { poolMax: 1 });
  try {
    await database.query(VIRTUAL_TIME);
  } finally {
    await database.close();
  }
}

/** Moves the time of such a database forward. */
export async function passTime(db: Queryable, ms: number): Promise<void> {
  await db.query("UPDATE virtual.moment SET at = at + $1 * interval '1 millisecond'", [ms]);
}
