import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table officer_applications (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      status text not null check (status in ('PENDING', 'APPROVED', 'DENIED')),
      statement text,
      applied_at timestamptz not null,
      decided_at timestamptz,
      decided_by uuid references users on delete set null,
      reason text,
      check ((status = 'PENDING') = (decided_at is null))
    )`.execute(db);
  await sql`
    create unique index officer_applications_one_pending
      on officer_applications (user_id) where status = 'PENDING'`.execute(db);
  await sql`create index officer_applications_of_user on officer_applications (user_id, id desc)`.execute(db);
  await sql`create index officer_applications_of_decider on officer_applications (decided_by)`.execute(db);
}
