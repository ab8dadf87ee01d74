import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Refers to the profile for the reason that idempotency_keys does.
  await sql`
    create table records (
      user_id uuid not null references profiles on delete cascade,
      category_id integer not null references categories,
      key_id uuid not null,
      nonce bytea not null check (octet_length(nonce) = 12),
      ciphertext bytea not null,
      updated_at timestamptz not null,
      primary key (user_id, category_id)
    )`.execute(db);
  // Keys stand in a schema of their own, so that they are backed up apart from what they open. Nothing there
  // refers to a table here: either side can be restored without the other.
  await sql`create schema truconn_keys`.execute(db);
  await sql`
    create table truconn_keys.record_keys (
      user_id uuid primary key,
      id uuid not null unique,
      wrapped_key bytea not null,
      master_key_id text not null,
      created_at timestamptz not null
    )`.execute(db);
  // wrapped_private_key is null once a key signs no more; its public half verifies for ever.
  await sql`
    create table truconn_keys.receipt_keys (
      id text primary key,
      public_key jsonb not null,
      wrapped_private_key bytea,
      master_key_id text,
      created_at timestamptz not null,
      retired_at timestamptz,
      check ((retired_at is null) = (wrapped_private_key is not null)),
      check ((wrapped_private_key is null) = (master_key_id is null))
    )`.execute(db);
  await sql`
    create unique index receipt_keys_one_signs on truconn_keys.receipt_keys ((true)) where retired_at is null`.execute(
    db,
  );
}
