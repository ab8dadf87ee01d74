import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events (
      id uuid primary key,
      at timestamptz not null,
      action text not null,
      actor_id uuid,
      subject_id uuid,
      ip text,
      user_agent text,
      request_id uuid,
      details jsonb not null default '{}'
    )`.execute(db);
  await sql`create index audit_events_of_subject on audit_events (subject_id, id desc)`.execute(db);
  await sql`create index audit_events_of_actor on audit_events (actor_id, id desc)`.execute(db);
  await sql`create index audit_events_of_action on audit_events (action, id desc)`.execute(db);
}
