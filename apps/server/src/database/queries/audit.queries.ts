import type { Insertable } from 'kysely';
import type { Executor } from '../connection.ts';
import type { AuditEventsTable } from '../tables.ts';

/** A line of the audit log about to be written. */
export type NewAuditEvent = Required<Insertable<AuditEventsTable>>;

export async function insertAuditEvent(db: Executor, event: NewAuditEvent): Promise<void> {
  await db.insertInto('audit_events').values(event).execute();
}
