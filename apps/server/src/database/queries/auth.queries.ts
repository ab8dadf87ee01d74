import type { Insertable } from 'kysely';
import type { Database, Executor, Trx } from '../connection.ts';
import { nameStatement } from '../named-statement.ts';
import type { OrganizationsTable, SessionsTable, UsersTable } from '../tables.ts';
import type { NewAuditEvent } from './audit.queries.ts';
import { PERSON_COLUMNS, type PersonRecord } from './person-columns.ts';

/** What sign-in needs to judge a password, with the epoch that was current with that hash. */
export interface CredentialRecord extends PersonRecord {
  passwordHash: string;
  credentialEpoch: number;
}

/** Finds accounts for sign-in by canonical e-mail or username, disabled ones included. */
export function nameCredentialLookups(database: Database) {
  const lookup = (column: 'users.email' | 'users.username_canonical') =>
    selectPeople(database.kysely)
      .select(['users.password_hash as passwordHash', 'users.credential_epoch as credentialEpoch'])
      .where(column, '=', '')
      .compile();
  return {
    byEmail: nameStatement<CredentialRecord>(database, 'credential_by_email', lookup('users.email')),
    byUsername: nameStatement<CredentialRecord>(
      database,
      'credential_by_username',
      lookup('users.username_canonical'),
    ),
  };
}

function selectPeople(db: Executor) {
  return db
    .selectFrom('users')
    .innerJoin('profiles', 'profiles.user_id', 'users.id')
    .leftJoin('memberships', 'memberships.user_id', 'users.id')
    .leftJoin('organizations', 'organizations.id', 'memberships.organization_id')
    .select(PERSON_COLUMNS);
}

export async function findPerson(db: Executor, userId: string): Promise<PersonRecord | undefined> {
  return selectPeople(db).where('users.id', '=', userId).executeTakeFirst();
}

/** @param email canonical */
export async function findPersonByEmail(db: Executor, email: string): Promise<PersonRecord | undefined> {
  return selectPeople(db).where('users.email', '=', email).executeTakeFirst();
}

/** A person's password hash, with the epoch that was current with it. */
export type CurrentCredential = Pick<CredentialRecord, 'passwordHash' | 'credentialEpoch'>;

export async function findCredential(db: Executor, userId: string): Promise<CurrentCredential | undefined> {
  return db
    .selectFrom('users')
    .select(['password_hash as passwordHash', 'credential_epoch as credentialEpoch'])
    .where('id', '=', userId)
    .executeTakeFirst();
}

/** Which of the two is taken already. */
export async function findTaken(db: Executor, email: string, usernameCanonical: string) {
  const rows = await db
    .selectFrom('users')
    .select(['email', 'username_canonical'])
    .where((where) =>
      where.or([where('email', '=', email), where('username_canonical', '=', usernameCanonical)]),
    )
    .execute();
  return {
    email: rows.some((row) => row.email === email),
    username: rows.some((row) => row.username_canonical === usernameCanonical),
  };
}

/** @returns the epoch of the account's password */
export async function insertUser(trx: Trx, user: Insertable<UsersTable>): Promise<number> {
  const row = await trx
    .insertInto('users')
    .values(user)
    .returning('credential_epoch as credentialEpoch')
    .executeTakeFirstOrThrow();
  return row.credentialEpoch;
}

export async function insertOrganization(
  trx: Trx,
  ownerId: string,
  organization: Insertable<OrganizationsTable>,
): Promise<void> {
  await trx.insertInto('organizations').values(organization).execute();
  await trx
    .insertInto('memberships')
    .values({
      user_id: ownerId,
      organization_id: organization.id,
      membership: 'owner',
      created_at: organization.created_at,
    })
    .execute();
}

/**
 * Replaces a password hash that is still the one that was read.
 * @param advanceEpoch true for a new password, which ends every session opened with the old one;
 *   false for the same password hashed anew
 * @returns the epoch now, or nothing if another change came first
 */
export async function replacePasswordHash(
  db: Executor,
  userId: string,
  seenHash: string,
  hash: string,
  advanceEpoch: boolean,
): Promise<number | undefined> {
  const row = await db
    .updateTable('users')
    .set((where) => ({
      password_hash: hash,
      credential_epoch: where('credential_epoch', '+', advanceEpoch ? 1 : 0),
    }))
    .where('id', '=', userId)
    .where('password_hash', '=', seenHash)
    .returning('credential_epoch')
    .executeTakeFirst();
  return row?.credential_epoch;
}

/** A session about to be opened. */
export type NewSession = Omit<Insertable<SessionsTable>, 'refresh_generation'>;

const SESSION_COLUMNS = [
  'id',
  'public_id',
  'user_id',
  'credential_epoch',
  'created_at',
  'last_seen_at',
  'expires_at',
  'absolute_expires_at',
  'ip',
  'user_agent',
  'refresh_rotated_at',
  'refresh_expires_at',
] as const satisfies (keyof NewSession)[];
const AUDIT_COLUMNS = [
  'id',
  'at',
  'action',
  'actor_id',
  'subject_id',
  'ip',
  'user_agent',
  'request_id',
  'details',
] as const satisfies (keyof NewAuditEvent)[];

/** Opens a session and writes its line of the audit log: both or neither, in one round trip. */
export function nameSessionInsert(database: Database) {
  const compiled = database.kysely
    .with('opened', (db) => db.insertInto('sessions').values(blank<NewSession>(SESSION_COLUMNS)))
    .insertInto('audit_events')
    .values(blank<NewAuditEvent>(AUDIT_COLUMNS))
    .compile();
  const statement = nameStatement(database, 'session_insert', compiled);
  return async (session: NewSession, event: NewAuditEvent): Promise<void> => {
    const values = [
      ...SESSION_COLUMNS.map((name) => session[name]),
      ...AUDIT_COLUMNS.map((name) => event[name]),
    ];
    await statement.run(values);
  };
}

// Only the names and their order reach the statement's text.
function blank<Row>(columns: readonly (keyof Row)[]): Row {
  return Object.fromEntries(columns.map((name) => [name, ''])) as Row;
}
