import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_keys (
      id uuid primary key,
      organization_id uuid not null references organizations on delete cascade,
      name text not null,
      hash text not null unique check (hash ~ '^[0-9a-f]{64}$'),
      hint text not null,
      scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'request', 'list']),
      category_ids integer[] check (cardinality(category_ids) > 0),
      created_by uuid references profiles on delete set null,
      created_at timestamptz not null,
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz
    )`.execute(db);
  await sql`create index api_keys_of_organization on api_keys (organization_id, id desc)`.execute(db);
  await sql`create index api_keys_of_creator on api_keys (created_by)`.execute(db);
  // An idempotency key is a person's or an API key's own.
  await sql`
    alter table idempotency_keys
      drop constraint idempotency_keys_pkey,
      alter column user_id drop not null,
      add column api_key_id uuid references api_keys on delete cascade,
      add column caller_id uuid generated always as (coalesce(user_id, api_key_id)) stored,
      add check (num_nonnulls(user_id, api_key_id) = 1)`.execute(db);
  await sql`alter table idempotency_keys add primary key (caller_id, procedure, key)`.execute(db);
  // Servers of the version before claim keys by it while this one is rolled out; accounts that go look here, too.
  await sql`
    alter table idempotency_keys
      add constraint idempotency_keys_of_user unique (user_id, procedure, key)`.execute(db);
  await sql`create index idempotency_keys_of_api_key on idempotency_keys (api_key_id)`.execute(db);
}
