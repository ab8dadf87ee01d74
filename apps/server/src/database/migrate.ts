import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { migrateJobs } from './migrate-jobs.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { grantToApplication } from './roles.ts';
import { seedCategories } from './seed-categories.ts';
import type { Tables } from './tables.ts';

/** Any number that no other program uses on this database. */
const SETUP_LOCK = 7_782_601_466;

export interface DatabaseAddresses {
  /** The owner's connection; it must reach PostgreSQL itself, not a transaction pooler. */
  ownerUrl: string;
  /** The server's own connection, whose role is given what it needs and no more. */
  appUrl: string;
}

/**
 * Brings the schema, the application role's grants and the first categories up to date.
 * Safe to start many times at once: one works, the others wait and find nothing to do.
 * @returns the names of the migrations that this call applied
 */
export async function migrate(addresses: DatabaseAddresses): Promise<string[]> {
  const applicationRole = await readRole(addresses.appUrl);
  return onOneConnection(addresses.ownerUrl, async (db) => {
    await sql`select pg_advisory_lock(${SETUP_LOCK})`.execute(db);
    const applied = await applyMigrations(db);
    await migrateJobs(addresses.ownerUrl);
    await grantToApplication(db, applicationRole);
    await seedCategories(db);
    return applied;
  });
}

async function readRole(url: string): Promise<string> {
  return onOneConnection(url, async (db) => {
    const result = await sql<{ name: string }>`select current_user as name`.execute(db);
    return result.rows[0]?.name ?? '';
  });
}

async function onOneConnection<Result>(
  url: string,
  work: (db: Kysely<Tables>) => Promise<Result>,
): Promise<Result> {
  // One connection, so that the session's lock and all the work are on the same one.
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 0,
    application_name: 'truconn-migrate',
  });
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function applyMigrations(db: Kysely<Tables>): Promise<string[]> {
  const { error, results } = await createMigrator(db).migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/** The names of migrations that this database lacks. */
export async function pendingMigrations(db: Kysely<Tables>): Promise<string[]> {
  const migrations = await createMigrator(db).getMigrations();
  return migrations.filter((migration) => migration.executedAt === undefined).map(({ name }) => name);
}

function createMigrator(db: Kysely<Tables>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}
