import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table categories (
      id integer primary key check (id > 0),
      key text not null unique,
      name text not null,
      description text not null,
      fields text[] not null,
      notice_version integer not null check (notice_version > 0)
    )`.execute(db);
  await sql`
    create table notices (
      category_id integer not null references categories,
      version integer not null check (version > 0),
      language text not null check (language in ('en', 'hi', 'gu')),
      body text not null check (body <> ''),
      published_at timestamptz not null,
      primary key (category_id, version, language)
    )`.execute(db);
  await sql`
    create table consents (
      user_id uuid not null references users on delete cascade,
      category_id integer not null references categories,
      granted boolean not null,
      granted_at timestamptz,
      revoked_at timestamptz,
      expires_at timestamptz,
      notice_version integer,
      notice_language text check (notice_language in ('en', 'hi', 'gu')),
      primary key (user_id, category_id),
      check (not granted or (granted_at is not null and revoked_at is null
        and notice_version is not null and notice_language is not null)),
      check (granted or revoked_at is not null)
    )`.execute(db);
  await sql`
    create table access_requests (
      id uuid primary key,
      number integer generated always as identity unique,
      organization_id uuid not null references organizations on delete cascade,
      user_id uuid not null references users on delete cascade,
      category_id integer not null references categories,
      requested_by uuid references users on delete set null,
      purpose text,
      status text not null check (status in
        ('PENDING', 'APPROVED', 'DENIED', 'PAUSED', 'REVOKED', 'EXPIRED', 'EXHAUSTED')),
      expires_at timestamptz,
      max_reads integer check (max_reads > 0),
      reads integer not null default 0 check (reads >= 0 and (max_reads is null or reads <= max_reads)),
      requested_at timestamptz not null,
      decided_at timestamptz,
      check (status <> 'EXPIRED' or expires_at is not null),
      check (status <> 'EXHAUSTED' or max_reads is not null)
    )`.execute(db);
  await sql`
    create unique index access_requests_one_open
      on access_requests (organization_id, user_id, category_id)
      where status in ('PENDING', 'APPROVED', 'PAUSED')`.execute(db);
  await sql`create index access_requests_of_user on access_requests (user_id, id desc)`.execute(db);
  await sql`create index access_requests_of_organization on access_requests (organization_id, id desc)`.execute(
    db,
  );
  // Deleting an account looks for what it has asked.
  await sql`create index access_requests_of_requester on access_requests (requested_by)`.execute(db);
}
