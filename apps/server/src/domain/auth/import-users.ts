import { canonicalUsername, GENESIS_HASH, type Language, type Role } from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Trx } from '../../database/connection.ts';
import {
  findKnownEmails,
  findKnownUsernames,
  insertAuditEvents,
  insertFreeUsers,
  insertLedgerHeads,
  insertOrganizations,
  insertProfiles,
  lockImports,
} from '../../database/queries/import.queries.ts';
import { auditEvent } from '../audit/record-audit.ts';
import type { Caller } from '../caller.ts';

/** An account of an older system, its fields checked. */
export interface ImportedUser {
  /** Canonical. */
  email: string;
  username: string;
  firstName: string | null;
  lastName: string | null;
  role: Exclude<Role, 'ADMIN'>;
  passwordHash: string;
  joinedAt: Date;
  disabled: boolean;
  language: Language;
  bio: string | null;
  mobile: string | null;
  address: string | null;
  location: string | null;
  url: string | null;
  /** There for the role ORGANIZATION, and for no other. */
  organization: { name: string; website: string | null; address: string | null } | null;
}

/** What became of one of them. `already_there`: an account has the e-mail, and stays as it is. */
export type ImportOutcome = 'imported' | 'already_there' | 'username_taken';

interface NewAccount extends ImportedUser {
  id: string;
  usernameCanonical: string;
}

/**
 * Makes accounts with their profiles, ledgers and organizations: all of the free ones or, if it throws, none.
 * Their addresses count as unverified, and no mail is sent.
 * @param users in their order: of two with one e-mail or username, the first is imported
 * @returns what became of each, in the same order
 */
export async function importUsers(
  trx: Trx,
  caller: Caller,
  users: readonly ImportedUser[],
): Promise<ImportOutcome[]> {
  const now = new Date();
  const accounts = users.map(toNewAccount);
  await lockImports(trx);
  // The insert draws a number for each row that it leaves out, too. Another run of a file should draw none.
  const free = await withoutKnown(trx, accounts);
  const inserted = await insertFreeUsers(
    trx,
    free.map((account) => toUserRow(account, now)),
  );
  const added = free.filter(({ id }) => inserted.has(id));
  if (added.length > 0) await insertBelongings(trx, caller, added, now);
  const left = accounts.filter(({ id }) => !inserted.has(id));
  const known = await findKnownEmails(trx, left.map(toEmail));
  return accounts.map(({ id, email }) => {
    if (inserted.has(id)) return 'imported';
    return known.has(email) ? 'already_there' : 'username_taken';
  });
}

function toNewAccount(user: ImportedUser): NewAccount {
  const id = uuidv7({ msecs: user.joinedAt.getTime() });
  return { ...user, id, usernameCanonical: canonicalUsername(user.username) };
}

function toEmail({ email }: ImportedUser): string {
  return email;
}

/** Those whose e-mail and username nobody has yet; there may be equal ones among them. */
async function withoutKnown(trx: Trx, accounts: NewAccount[]): Promise<NewAccount[]> {
  const emails = await findKnownEmails(trx, accounts.map(toEmail));
  const usernames = await findKnownUsernames(
    trx,
    accounts.map(({ usernameCanonical }) => usernameCanonical),
  );
  return accounts.filter(
    ({ email, usernameCanonical }) => !emails.has(email) && !usernames.has(usernameCanonical),
  );
}

async function insertBelongings(trx: Trx, caller: Caller, added: NewAccount[], now: Date): Promise<void> {
  await insertProfiles(trx, added.map(toProfileRow));
  await insertLedgerHeads(
    trx,
    added.map(({ id }) => id),
    now,
    GENESIS_HASH,
  );
  await insertOwnOrganizations(trx, added);
  const events = added.map(({ id, role }) =>
    auditEvent(caller, 'user.imported', { subjectId: id, details: { role } }),
  );
  await insertAuditEvents(trx, events);
}

async function insertOwnOrganizations(trx: Trx, added: NewAccount[]): Promise<void> {
  const owned = added.flatMap(({ id, joinedAt, organization }) =>
    organization === null
      ? []
      : [{ userId: id, id: uuidv7({ msecs: joinedAt.getTime() }), joinedAt, organization }],
  );
  if (owned.length === 0) return;
  const organizations = owned.map(({ id, joinedAt, organization }) => ({
    ...organization,
    id,
    created_at: joinedAt,
  }));
  const memberships = owned.map(({ userId, id, joinedAt }) => ({
    user_id: userId,
    organization_id: id,
    membership: 'owner' as const,
    created_at: joinedAt,
  }));
  await insertOrganizations(trx, organizations, memberships);
}

function toUserRow(account: NewAccount, now: Date) {
  return {
    id: account.id,
    email: account.email,
    username: account.username,
    username_canonical: account.usernameCanonical,
    first_name: account.firstName,
    last_name: account.lastName,
    role: account.role,
    password_hash: account.passwordHash,
    disabled_at: account.disabled ? now : null,
    created_at: account.joinedAt,
  };
}

function toProfileRow({ id, language, bio, mobile, address, location, url }: NewAccount) {
  return { user_id: id, language, bio, mobile, address, location, url };
}
