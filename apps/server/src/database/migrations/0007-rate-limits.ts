import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Unlogged: a try costs no write to the log, and a crash of PostgreSQL forgets the counts, nothing else.
  // expire is in milliseconds since 1970, as rate-limiter-flexible writes it.
  await sql`
    create unlogged table rate_limits (
      key text primary key,
      points integer not null default 0,
      expire bigint
    )`.execute(db);
  await sql`create index rate_limits_expiry on rate_limits (expire)`.execute(db);
}
