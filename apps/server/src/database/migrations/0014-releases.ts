import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // end_told_for: the end that the person was told of in advance, so that each is told once.
  await sql`
    alter table access_requests
      add column last_read_at timestamptz,
      add column end_told_for timestamptz`.execute(db);
  // Who of the organization acted, by pseudonymous ids: whoever has left or been deleted is still told apart.
  await sql`
    alter table organization_events
      add column member_id uuid,
      add column api_key_id uuid,
      add check (num_nonnulls(member_id, api_key_id) <= (actor_kind = 'organization')::integer)`.execute(db);
  await sql`alter table consents add column end_told_for timestamptz`.execute(db);
  // What a person decided is found among any number of reads.
  await sql`drop index ledger_entries_of_category`.execute(db);
  await sql`
    create index ledger_entries_of_category on ledger_entries (person_id, category_id, seq desc)
      where action <> all (array['ACCESS_READ', 'ACCESS_REFUSED'])`.execute(db);
  await sql`
    create index ledger_entries_but_reads on ledger_entries (person_id, seq desc)
      where action <> all (array['ACCESS_READ', 'ACCESS_REFUSED'])`.execute(db);
  await sql`
    create index access_requests_ending on access_requests (expires_at)
      where status in ('PENDING', 'APPROVED', 'PAUSED') and expires_at is not null`.execute(db);
  await sql`
    create index consents_ending on consents (expires_at) where granted and expires_at is not null`.execute(
    db,
  );
}
