import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // person_id, actor_id and request_id are pseudonymous and reference nothing:
  // an entry outlives the person it is about.
  await sql`
    create table ledger_entries (
      person_id uuid not null,
      seq integer not null check (seq > 0),
      at timestamptz not null,
      action text not null,
      actor_kind text not null check (actor_kind in ('person', 'organization', 'system', 'admin')),
      actor_id uuid,
      category_id integer,
      request_id uuid,
      details_hash text not null check (details_hash ~ '^[0-9a-f]{64}$'),
      prev_hash text not null check (prev_hash ~ '^[0-9a-f]{64}$'),
      hash text not null check (hash ~ '^[0-9a-f]{64}$'),
      primary key (person_id, seq),
      check ((actor_kind = 'system') = (actor_id is null))
    )`.execute(db);
  await sql`
    create index ledger_entries_of_category on ledger_entries (person_id, category_id, seq desc)`.execute(db);
  await sql`
    create table ledger_details (
      person_id uuid not null,
      seq integer not null,
      salt bytea not null check (octet_length(salt) = 16),
      details jsonb not null,
      primary key (person_id, seq)
    )`.execute(db);
  // One row per person: its lock puts all consent changes of that person in one order.
  await sql`
    create table ledger_heads (
      person_id uuid primary key,
      seq integer not null check (seq >= 0),
      at timestamptz not null,
      hash text not null check (hash ~ '^[0-9a-f]{64}$')
    )`.execute(db);
  await sql`
    create function refuse_ledger_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  await sql`
    create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
      for each statement execute function refuse_ledger_change()`.execute(db);
}
