import { sql } from 'kysely';
import type { Executor } from '../connection.ts';
import { idsOfTopics, type Topic } from '../topics.ts';
import { liveSessions } from './sessions.queries.ts';

/** The events of a topic that can be read: all after `first`, up to `last`. */
export interface EventRange {
  first: number;
  last: number;
}

/** The ledger of a person keeps every entry. */
export async function findLedgerRange(db: Executor, personId: string): Promise<EventRange> {
  const head = await db
    .selectFrom('ledger_heads')
    .select('seq as last')
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return { first: 0, last: head?.last ?? 0 };
}

/** An organization's older events are swept, from the first on. */
export async function findOrganizationEventRange(db: Executor, organizationId: string): Promise<EventRange> {
  const { rows } = await sql<{ last: number | null; oldest: number | null }>`
    select
      (select seq from organization_event_heads where organization_id = ${organizationId}) as last,
      (select min(seq) from organization_events where organization_id = ${organizationId}) as oldest`.execute(
    db,
  );
  const { last = null, oldest = null } = rows[0] ?? {};
  return { first: oldest === null ? (last ?? 0) : oldest - 1, last: last ?? 0 };
}

/** The number of the last event of each topic that has one. */
export async function listHeads(
  db: Executor,
  topics: Iterable<Topic>,
): Promise<{ topic: Topic; seq: number }[]> {
  const { persons, organizations } = idsOfTopics(topics);
  const { rows } = await sql<{ topic: Topic; seq: number }>`
    select 'person:' || person_id as topic, seq from ledger_heads where person_id = any(${persons}::uuid[])
    union all
    select 'organization:' || organization_id, seq from organization_event_heads
    where organization_id = any(${organizations}::uuid[])`.execute(db);
  return rows;
}

/** A session that somebody watches with, and the organization whose member they must stay, if any. */
export interface WatchedSession {
  id: string;
  organizationId: string | null;
}

/** What a session has lost: its row, its time, or the membership. */
export interface LostSession extends WatchedSession {
  isLive: boolean;
  isExpired: boolean;
}

/**
 * Those of some sessions that may no longer watch. All others are not answered: they are thousands, and asked
 * about every second.
 */
export async function listLostSessions(
  db: Executor,
  watched: WatchedSession[],
  now: Date,
): Promise<LostSession[]> {
  if (watched.length === 0) return [];
  const sessionIds = watched.map(({ id }) => id);
  const organizationIds = watched.map(({ organizationId }) => organizationId);
  const live = liveSessions(db).select(['sessions.public_id', 'sessions.expires_at', 'sessions.user_id']);
  const { rows } = await sql<LostSession>`
    select watched.id, watched.organization_id as "organizationId",
      live.public_id is not null as "isLive", coalesce(live.expires_at <= ${now}, false) as "isExpired"
    from unnest(${sessionIds}::uuid[], ${organizationIds}::uuid[]) as watched (id, organization_id)
    left join lateral (
      select * from (${live}) as live where live.public_id = watched.id
    ) as live on true
    left join memberships on memberships.user_id = live.user_id
    where live.public_id is null or live.expires_at <= ${now}
      or (watched.organization_id is not null
        and memberships.organization_id is distinct from watched.organization_id)`.execute(db);
  return rows;
}
