import { type Insertable, sql } from 'kysely';
import type { Trx } from '../connection.ts';
import type { MembershipsTable, OrganizationsTable, ProfilesTable, UsersTable } from '../tables.ts';
import type { NewAuditEvent } from './audit.queries.ts';

// Any number, as long as nothing else locks the same.
const IMPORT_LOCK = 7_305_118;

/** Waits until no other import is in a transaction: two that add the same people in different order would deadlock. */
export async function lockImports(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${IMPORT_LOCK})`.execute(trx);
}

/**
 * Adds those whose e-mail and username are both free, the first of equal ones. Draws a number for the others, too.
 * @returns their ids
 */
export async function insertFreeUsers(trx: Trx, users: Insertable<UsersTable>[]): Promise<Set<string>> {
  if (users.length === 0) return new Set();
  const rows = await trx
    .insertInto('users')
    .values(users)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Which of these e-mail addresses have an account. */
export async function findKnownEmails(trx: Trx, emails: string[]): Promise<Set<string>> {
  if (emails.length === 0) return new Set();
  const rows = await trx.selectFrom('users').select('email').where('email', 'in', emails).execute();
  return new Set(rows.map(({ email }) => email));
}

/** Which of these canonical usernames have an account. */
export async function findKnownUsernames(trx: Trx, usernames: string[]): Promise<Set<string>> {
  if (usernames.length === 0) return new Set();
  const rows = await trx
    .selectFrom('users')
    .select('username_canonical')
    .where('username_canonical', 'in', usernames)
    .execute();
  return new Set(rows.map((row) => row.username_canonical));
}

export async function insertProfiles(trx: Trx, profiles: Insertable<ProfilesTable>[]): Promise<void> {
  await trx.insertInto('profiles').values(profiles).execute();
}

/** Begins the chains of several people. */
export async function insertLedgerHeads(
  trx: Trx,
  personIds: string[],
  at: Date,
  hash: string,
): Promise<void> {
  const heads = personIds.map((person_id) => ({ person_id, seq: 0, at, hash }));
  await trx.insertInto('ledger_heads').values(heads).execute();
}

/** Adds organizations, each with the membership of its owner. */
export async function insertOrganizations(
  trx: Trx,
  organizations: Insertable<OrganizationsTable>[],
  memberships: Insertable<MembershipsTable>[],
): Promise<void> {
  await trx.insertInto('organizations').values(organizations).execute();
  await trx.insertInto('memberships').values(memberships).execute();
}

export async function insertAuditEvents(trx: Trx, events: NewAuditEvent[]): Promise<void> {
  await trx.insertInto('audit_events').values(events).execute();
}
