import { type Kysely, type RawBuilder, sql } from 'kysely';
import { JOBS_SCHEMA } from './migrate-jobs.ts';
import type { Tables } from './tables.ts';

const READ_WRITE = [
  'users',
  'profiles',
  'organizations',
  'memberships',
  'sessions',
  'consents',
  'access_requests',
  'ledger_heads',
  'organization_event_heads',
  'organization_invitations',
  'mail_tokens',
  'rate_limits',
  'officer_applications',
  'idempotency_keys',
  'records',
  'truconn_keys.record_keys',
] as const satisfies (keyof Tables)[];

/** What is written once: no UPDATE, no DELETE. */
const APPEND_ONLY = ['ledger_entries', 'audit_events'] as const satisfies (keyof Tables)[];

const JOBS_TABLES = ['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'];

/** A statement longer than this is a fault of ours; the caller gets `UNAVAILABLE`. */
const STATEMENT_TIMEOUT = '10s';

/**
 * Gives the server's role what it needs and nothing that could change tables or the ledger's past.
 * Does nothing where one role does both: `doctor` warns of that.
 */
export async function grantToApplication(db: Kysely<Tables>, role: string): Promise<void> {
  const owner = await sql<{ name: string }>`select current_user as name`.execute(db);
  if (owner.rows[0]?.name === role) return;
  const to = sql.id(role);
  await sql`grant usage on schema public, truconn_keys to ${to}`.execute(db);
  for (const table of READ_WRITE) {
    await sql`grant select, insert, update, delete on ${sql.table(table)} to ${to}`.execute(db);
  }
  for (const table of APPEND_ONLY) {
    await sql`grant select, insert on ${sql.table(table)} to ${to}`.execute(db);
  }
  // A category can be renamed and a notice added; neither goes away while consents name them.
  await sql`grant select, insert, update on categories to ${to}`.execute(db);
  // Of a notice that people have read, only what is said about it changes.
  await sql`grant select, insert, update (needs_review) on notices to ${to}`.execute(db);
  await sql`grant select, insert, update (withdrawn_at) on notice_versions to ${to}`.execute(db);
  // A key that was revoked stays to be seen, and goes with its organization.
  await sql`grant select, insert, update on api_keys to ${to}`.execute(db);
  // Public halves verify for ever.
  await sql`grant select, insert, update on truconn_keys.receipt_keys to ${to}`.execute(db);
  // Swept when they are old; nothing rewrites them.
  await sql`grant select, insert, delete on organization_events to ${to}`.execute(db);
  // Erasing a person deletes their details and salts; nothing rewrites them.
  await sql`grant select, insert, delete on ledger_details to ${to}`.execute(db);
  await grantJobs(db, to);
  await sql`grant select on kysely_migration, kysely_migration_lock to ${to}`.execute(db);
  await limitStatements(db, role);
}

// The job runner's tables have row level security on and come without a policy: only their owner sees rows.
async function grantJobs(db: Kysely<Tables>, to: RawBuilder<unknown>): Promise<void> {
  const schema = sql.id(JOBS_SCHEMA);
  await sql`grant usage on schema ${schema} to ${to}`.execute(db);
  await sql`grant execute on all functions in schema ${schema} to ${to}`.execute(db);
  await sql`grant select on all tables in schema ${schema} to ${to}`.execute(db);
  for (const name of JOBS_TABLES) {
    const table = sql.id(JOBS_SCHEMA, name);
    await sql`grant insert, update, delete on ${table} to ${to}`.execute(db);
    await sql`drop policy if exists server on ${table}`.execute(db);
    await sql`create policy server on ${table} to ${to} using (true) with check (true)`.execute(db);
  }
}

// Set on the role and not on the connection: a transaction pooler refuses start-up parameters. Set for
// this database alone: another one of the same cluster may be migrating at this moment.
async function limitStatements(db: Kysely<Tables>, role: string): Promise<void> {
  const allowed = await sql<{ database: string; ok: boolean }>`
    select current_database() as database,
      rolsuper or (rolcreaterole and pg_has_role(${role}, 'usage with admin option')) as ok
    from pg_roles where rolname = current_user`.execute(db);
  const [row] = allowed.rows;
  if (row?.ok !== true) return;
  const to = sql`${sql.id(role)} in database ${sql.id(row.database)}`;
  await sql`alter role ${to} set statement_timeout = ${sql.lit(STATEMENT_TIMEOUT)}`.execute(db);
  await sql`alter role ${to} set lock_timeout = '5s'`.execute(db);
  await sql`alter role ${to} set idle_in_transaction_session_timeout = '15s'`.execute(db);
}
