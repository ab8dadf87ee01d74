import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // id is the SHA-256 of the opaque token: nothing in this table can be presented as a credential.
  await sql`
    create table sessions (
      id text primary key check (id ~ '^[0-9a-f]{64}$'),
      public_id uuid not null unique,
      user_id uuid not null references users on delete cascade,
      credential_epoch integer not null,
      created_at timestamptz not null,
      last_seen_at timestamptz not null,
      expires_at timestamptz not null,
      absolute_expires_at timestamptz not null,
      ip text,
      user_agent text,
      refresh_generation integer not null default 0 check (refresh_generation >= 0),
      refresh_rotated_at timestamptz not null,
      refresh_expires_at timestamptz not null,
      check (expires_at <= absolute_expires_at),
      check (refresh_expires_at <= absolute_expires_at)
    )`.execute(db);
  await sql`create index sessions_user on sessions (user_id, created_at)`.execute(db);
  await sql`create index sessions_expiry on sessions (expires_at)`.execute(db);
}
