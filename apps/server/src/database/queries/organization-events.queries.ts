import type { AccessStatus, LedgerAction, LedgerActor, OrganizationActor } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { runByName } from '../run-by-name.ts';
import { type AccessRequestRecord, selectRequests } from './org-access.queries.ts';

/** What happened to a request, and how it stood then. */
export interface NewOrganizationEvent {
  organizationId: string;
  at: Date;
  action: LedgerAction;
  actor: LedgerActor;
  by: OrganizationActor | null;
  requestId: string;
  status: AccessStatus;
  decidedAt: Date | null;
  reads: number;
}

/**
 * Numbers and writes events in one statement. The heads are locked in the order of the organizations' ids, so
 * two transactions that tell several organizations never wait for each other in a circle.
 */
export async function insertOrganizationEvents(trx: Trx, events: NewOrganizationEvent[]): Promise<void> {
  if (events.length === 0) return;
  const noted = JSON.stringify(
    events.map(({ actor, by, ...event }, place) => ({
      ...event,
      ...actor,
      ...toColumns(by),
      place,
    })),
  );
  const query = sql`
    with noted as (
      select *,
        row_number() over (partition by "organizationId" order by place) as nth,
        count(*) over (partition by "organizationId") as total
      from json_to_recordset(${noted}::json) as event (
        "organizationId" uuid, at timestamptz, action text, kind text, id uuid, "requestId" uuid,
        status text, "decidedAt" timestamptz, reads integer, "memberId" uuid, "apiKeyId" uuid, place integer)
    ), heads as (
      insert into organization_event_heads as head (organization_id, seq)
      select "organizationId", count(*) from noted group by 1 order by 1
      on conflict (organization_id) do update set seq = head.seq + excluded.seq
      returning organization_id, seq
    )
    insert into organization_events
      (organization_id, seq, at, action, actor_kind, actor_id, request_id, status, decided_at, reads, member_id,
        api_key_id)
    select organization_id, seq - total + nth, at, action, kind, id, "requestId", status, "decidedAt", reads,
      "memberId", "apiKeyId"
    from noted join heads on organization_id = "organizationId"`;
  await runByName(trx, 'organization_events_insert', query.compile(trx));
}

/** An event with its request as it stood then, and the names as they are now. */
export interface OrganizationEventRecord {
  seq: number;
  at: Date;
  action: LedgerAction;
  actor: LedgerActor;
  by: OrganizationActor | null;
  request: AccessRequestRecord;
}

/** Events of one organization in their order. */
export async function listOrganizationEvents(
  db: Executor,
  organizationId: string,
  page: { after: number; limit: number },
): Promise<OrganizationEventRecord[]> {
  const rows = await selectRequests(db, new Date())
    .innerJoin('organization_events as event', 'event.request_id', 'request.id')
    .select([
      'event.seq',
      'event.at',
      'event.action',
      'event.actor_kind as actorKind',
      'event.actor_id as actorId',
      'event.member_id as memberId',
      'event.api_key_id as apiKeyId',
      'event.status as statusThen',
      'event.decided_at as decidedThen',
      'event.reads as readsThen',
    ])
    .where('event.organization_id', '=', organizationId)
    .where('event.seq', '>', page.after)
    .orderBy('event.seq')
    .limit(page.limit)
    .execute();
  return rows.map(
    ({
      seq,
      at,
      action,
      actorKind,
      actorId,
      memberId,
      apiKeyId,
      statusThen,
      decidedThen,
      readsThen,
      ...request
    }) => ({
      seq,
      at,
      action,
      actor: { kind: actorKind, id: actorId },
      by: fromColumns(memberId, apiKeyId),
      request: { ...request, status: statusThen, decidedAt: decidedThen, reads: readsThen },
    }),
  );
}

function toColumns(by: OrganizationActor | null): { memberId: string | null; apiKeyId: string | null } {
  return {
    memberId: by?.kind === 'member' ? by.id : null,
    apiKeyId: by?.kind === 'apiKey' ? by.id : null,
  };
}

function fromColumns(memberId: string | null, apiKeyId: string | null): OrganizationActor | null {
  if (memberId !== null) return { kind: 'member', id: memberId };
  return apiKeyId === null ? null : { kind: 'apiKey', id: apiKeyId };
}

/** Removes events from before a moment, from the oldest on and without holes. */
export async function deleteOldOrganizationEvents(db: Executor, before: Date): Promise<void> {
  await sql`
    delete from organization_events as event
    using (
      select organization_id, max(seq) as seq from organization_events where at < ${before} group by 1
    ) as old
    where event.organization_id = old.organization_id and event.seq <= old.seq`.execute(db);
}
