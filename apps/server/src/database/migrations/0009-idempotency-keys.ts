import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What a call with a key came to. outcome is null only inside the transaction that claims the key.
  // Refers to the profile, because its key never changes: a new address or username takes the lock of the account's
  // key, and of two transactions that had each referred to the account, each would wait for the other.
  await sql`
    create table idempotency_keys (
      user_id uuid not null references profiles on delete cascade,
      procedure text not null,
      key text not null check (key ~ '^[!-~]{1,255}$'),
      input_hash text not null check (input_hash ~ '^[0-9a-f]{64}$'),
      outcome jsonb,
      created_at timestamptz not null,
      primary key (user_id, procedure, key)
    )`.execute(db);
  await sql`create index idempotency_keys_age on idempotency_keys (created_at)`.execute(db);
}
