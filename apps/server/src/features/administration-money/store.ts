import type { Queryable } from '../../platform/database/database.ts';

/** True when there is such a person. */
export async function personExists(db: Queryable, userId: string): Promise<boolean> {
  return (await db.query('SELECT 1 FROM users WHERE id = $1', [userId])).length > 0;
}
