import type { AuditEvent, AuditListInput, Page } from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Executor } from '../../database/connection.ts';
import { type AuditRecord, listAuditEvents } from '../../database/queries/audit.queries.ts';
import { AUDIT_ACTIONS } from '../audit/record-audit.ts';
import { listPage, uuidKey } from '../paging.ts';

const DAY = 86_400_000;
const ZEROS = new Uint8Array(16);

/** The audit log, newest first, by action or family, actor, subject and time. */
export function listAudit(db: Executor, input: AuditListInput | undefined): Promise<Page<AuditEvent>> {
  const { action, actorId, subjectId } = input ?? {};
  const filters = { actions: action === undefined ? undefined : actionsOf(action), actorId, subjectId };
  const times = boundTimes(input?.from, input?.to);
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listAuditEvents(db, { before, limit, ...filters, ...times }),
    keyOf: (event) => event.id,
    present: toAuditEvent,
  });
}

// Each of a family by its whole name: an index finds names in every collation, and prefixes in C alone.
function actionsOf(action: string): readonly string[] {
  const family = AUDIT_ACTIONS.filter((known) => known.startsWith(`${action}.`));
  return family.length > 0 ? family : [action];
}

// Ids grow with time, so that the primary key finds a time too. A day to spare: where a clock was set back,
// ids run ahead of it.
function boundTimes(from: string | undefined, to: string | undefined) {
  return {
    from: from === undefined ? undefined : new Date(from),
    fromId: from === undefined ? undefined : firstIdAt(Date.parse(from) - DAY),
    to: to === undefined ? undefined : new Date(to),
    toId: to === undefined ? undefined : firstIdAt(Date.parse(to) + DAY),
  };
}

function firstIdAt(milliseconds: number): string {
  return uuidv7({ msecs: Math.max(milliseconds, 0), seq: 0, random: ZEROS });
}

function toAuditEvent({ at, ...event }: AuditRecord): AuditEvent {
  return { ...event, at: at.toISOString() };
}
