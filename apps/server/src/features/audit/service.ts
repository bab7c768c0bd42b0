import type { Database } from '../../platform/database/database.ts';
import { type AuditFilter, type AuditRow, insertAuditEntry, selectAuditEntries } from './store.ts';

/** The log of who did what. It is only ever appended to. */
export function createAudit(deps: { database: Database }) {
  return {
    /** Appends one entry, in the transaction of what it tells of when there is one. */
    record: insertAuditEntry,
    /** Entries newest first, and how many match in all. */
    list: (filter: AuditFilter): Promise<{ rows: AuditRow[]; total: number }> =>
      selectAuditEntries(deps.database, filter),
  };
}

export type Audit = ReturnType<typeof createAudit>;
