import { type Kysely, sql } from 'kysely';
import { pendingMigrations } from './migrate.ts';
import type { Tables } from './tables.ts';

/** What `doctor` wants to know of a database. */
export interface DatabaseFindings {
  pendingMigrations: string[];
  role: string;
  /** The server's role could change tables and the ledger's past. */
  ownsTables: boolean;
  /** 0 when there is no limit. */
  statementTimeoutMs: number;
  /** How far the database's clock is ahead of this machine's. */
  clockSkewMs: number;
  administrators: number;
}

/** Looks at a database through the server's own role. */
export async function inspectDatabase(db: Kysely<Tables>): Promise<DatabaseFindings> {
  const pending = await pendingMigrations(db);
  const asked = Date.now();
  const { rows } = await sql<{ role: string; owns: boolean | null; timeout: number; now: Date }>`
    select current_user as role,
      (select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('ledger_entries')) as owns,
      (select setting::integer from pg_settings where name = 'statement_timeout') as timeout,
      clock_timestamp() as now`.execute(db);
  const row = rows[0];
  return {
    pendingMigrations: pending,
    role: row?.role ?? '',
    ownsTables: row?.owns ?? false,
    statementTimeoutMs: row?.timeout ?? 0,
    clockSkewMs: row === undefined ? 0 : row.now.getTime() - (asked + Date.now()) / 2,
    administrators: pending.length > 0 ? 0 : await countAdministrators(db),
  };
}

async function countAdministrators(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((where) => where.fn.countAll<number>().as('count'))
    .where('role', '=', 'ADMIN')
    .where('disabled_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
