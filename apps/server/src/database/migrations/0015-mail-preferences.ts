import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What a person wants mails about, besides those that guard the account.
  await sql`
    alter table profiles
      add column mail_about text[] not null default '{requests,decisions,endings}'
        check (mail_about <@ array['requests', 'decisions', 'endings'])`.execute(db);
}
