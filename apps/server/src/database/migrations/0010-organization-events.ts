import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The number of an organization's last event. Its row is locked from an event's insert to the commit, so that
  // numbers become visible in their order.
  await sql`
    create table organization_event_heads (
      organization_id uuid primary key references organizations on delete cascade,
      seq integer not null check (seq > 0)
    )`.execute(db);
  // No names and no data: what a reader is shown of the request is joined when it is read, and goes with the
  // request, its person and its organization.
  await sql`
    create table organization_events (
      organization_id uuid not null references organization_event_heads on delete cascade,
      seq integer not null check (seq > 0),
      at timestamptz not null,
      action text not null,
      actor_kind text not null check (actor_kind in ('person', 'organization', 'system', 'admin')),
      actor_id uuid,
      request_id uuid not null references access_requests on delete cascade,
      status text not null,
      decided_at timestamptz,
      reads integer not null,
      primary key (organization_id, seq),
      check ((actor_kind = 'system') = (actor_id is null))
    )`.execute(db);
  await sql`create index organization_events_of_request on organization_events (request_id)`.execute(db);
  await sql`create index organization_events_by_age on organization_events (at)`.execute(db);
}
