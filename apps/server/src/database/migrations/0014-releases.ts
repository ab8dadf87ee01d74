import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // end_told_for: the end that the person was told of in advance, so that each is told once.
  await sql`
    alter table access_requests
      add column last_read_at timestamptz,
      add column end_told_for timestamptz`.execute(db);
  await sql`alter table consents add column end_told_for timestamptz`.execute(db);
  await sql`
    create index access_requests_ending on access_requests (expires_at)
      where status in ('PENDING', 'APPROVED', 'PAUSED') and expires_at is not null`.execute(db);
  await sql`
    create index consents_ending on consents (expires_at) where granted and expires_at is not null`.execute(
    db,
  );
}
