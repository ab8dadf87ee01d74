import type { Json } from '@truconn/contract';
import type { Insertable } from 'kysely';
import type { Executor } from '../connection.ts';
import type { AuditEventsTable } from '../tables.ts';

/** A line of the audit log about to be written. */
export type NewAuditEvent = Required<Insertable<AuditEventsTable>>;

/** A line of the audit log as it was written. */
export interface AuditRecord {
  id: string;
  at: Date;
  action: string;
  actorId: string | null;
  subjectId: string | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  details: { [key: string]: Json };
}

export interface AuditPage {
  before: string | undefined;
  limit: number;
  /** Any of them. */
  actions: readonly string[] | undefined;
  actorId: string | undefined;
  subjectId: string | undefined;
  /** Not before this moment. `fromId` is no later than any line of that moment, and finds them by index. */
  from: Date | undefined;
  fromId: string | undefined;
  /** Before this moment, and `toId` likewise. */
  to: Date | undefined;
  toId: string | undefined;
}

export async function insertAuditEvent(db: Executor, event: NewAuditEvent): Promise<void> {
  await db.insertInto('audit_events').values(event).execute();
}

/** A page of the audit log, newest first. */
export async function listAuditEvents(db: Executor, page: AuditPage): Promise<AuditRecord[]> {
  const { before, actions, actorId, subjectId, from, fromId, to, toId } = page;
  return db
    .selectFrom('audit_events')
    .select([
      'id',
      'at',
      'action',
      'actor_id as actorId',
      'subject_id as subjectId',
      'ip',
      'user_agent as userAgent',
      'request_id as requestId',
      'details',
    ])
    .where((where) =>
      where.and([
        ...(before === undefined ? [] : [where('id', '<', before)]),
        ...(actions === undefined ? [] : [where('action', 'in', actions)]),
        ...(actorId === undefined ? [] : [where('actor_id', '=', actorId)]),
        ...(subjectId === undefined ? [] : [where('subject_id', '=', subjectId)]),
        ...(from === undefined ? [] : [where('at', '>=', from)]),
        ...(fromId === undefined ? [] : [where('id', '>=', fromId)]),
        ...(to === undefined ? [] : [where('at', '<', to)]),
        ...(toId === undefined ? [] : [where('id', '<', toId)]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}
