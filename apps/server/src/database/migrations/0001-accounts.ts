import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The e-mail's canonical form is made by the contract; the check only proves that it was.
  await sql`
    create table users (
      id uuid primary key,
      number integer generated always as identity unique,
      email text not null unique check (email <> '' and email !~ '[A-Z[:space:]]'),
      username text not null check (username <> ''),
      username_canonical text not null unique check (username_canonical !~ '[A-Z[:space:]]'),
      first_name text,
      last_name text,
      role text not null
        check (role in ('CITIZEN', 'ORGANIZATION', 'OFFICER', 'DOCTOR', 'PATIENT', 'ADMIN')),
      password_hash text not null,
      credential_epoch integer not null default 0 check (credential_epoch >= 0),
      email_verified_at timestamptz,
      disabled_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table profiles (
      user_id uuid primary key references users on delete cascade,
      language text not null check (language in ('en', 'hi', 'gu')),
      bio text,
      avatar text,
      mobile text,
      address text,
      location text,
      url text
    )`.execute(db);
  await sql`
    create table organizations (
      id uuid primary key,
      number integer generated always as identity unique,
      name text not null check (name <> ''),
      website text,
      address text,
      verified_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  // A person belongs to one organization at most: "the organization" of a caller is never a guess.
  await sql`
    create table memberships (
      user_id uuid primary key references users on delete cascade,
      organization_id uuid not null references organizations on delete cascade,
      membership text not null check (membership in ('owner', 'member')),
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index memberships_organization on memberships (organization_id)`.execute(db);
}
