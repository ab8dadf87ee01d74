import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table organization_invitations (
      id uuid primary key,
      organization_id uuid not null references organizations on delete cascade,
      email text not null check (email <> ''),
      membership text not null check (membership in ('owner', 'member')),
      invited_by uuid references users on delete set null,
      invited_at timestamptz not null,
      expires_at timestamptz not null,
      accepted_at timestamptz,
      cancelled_at timestamptz,
      check (accepted_at is null or cancelled_at is null)
    )`.execute(db);
  await sql`
    create unique index organization_invitations_one_open
      on organization_invitations (organization_id, email)
      where accepted_at is null and cancelled_at is null`.execute(db);
  await sql`
    create index organization_invitations_of_organization
      on organization_invitations (organization_id, id desc)`.execute(db);
  await sql`create index organization_invitations_of_inviter on organization_invitations (invited_by)`.execute(
    db,
  );
  // The tokens of links in mails. hash is the token's SHA-256: nothing in this table can be presented.
  // email is the address that the mail went to: whoever holds the token reads that mailbox.
  await sql`
    create table mail_tokens (
      hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
      purpose text not null
        check (purpose in ('verify_email', 'reset_password', 'change_email', 'accept_invitation')),
      user_id uuid references users on delete cascade,
      invitation_id uuid references organization_invitations on delete cascade,
      email text not null check (email <> ''),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      check ((purpose = 'accept_invitation') = (invitation_id is not null)),
      check ((purpose = 'accept_invitation') = (user_id is null))
    )`.execute(db);
  await sql`create index mail_tokens_of_user on mail_tokens (user_id)`.execute(db);
  await sql`create index mail_tokens_of_invitation on mail_tokens (invitation_id)`.execute(db);
  await sql`create index mail_tokens_expiry on mail_tokens (expires_at)`.execute(db);
}
