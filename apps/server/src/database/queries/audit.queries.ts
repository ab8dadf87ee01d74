import type { Insertable } from 'kysely';
import type { Executor } from '../connection.ts';
import type { AuditEventsTable } from '../tables.ts';

export async function insertAuditEvent(db: Executor, event: Insertable<AuditEventsTable>): Promise<void> {
  await db.insertInto('audit_events').values(event).execute();
}
