import type { AdminUser, Page, Role, UserListInput } from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { hasMembership, listUsers, setDisabledAt } from '../../database/queries/admin.queries.ts';
import { findPerson } from '../../database/queries/auth.queries.ts';
import { raiseCredentialEpoch } from '../../database/queries/credentials.queries.ts';
import { deleteMailTokensOf } from '../../database/queries/mail-tokens.queries.ts';
import type { PersonRecord } from '../../database/queries/person-columns.ts';
import { deleteSessions } from '../../database/queries/sessions.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { toUser } from '../auth/present-user.ts';
import { endAllSessions } from '../auth/sessions.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { cancelInvitationsOf } from '../org-access/invitations.ts';
import { listPage, uuidKey } from '../paging.ts';
import { lockAccount, lockAnyAccount } from './lock-account.ts';
import { writeRole } from './write-role.ts';

/** Accounts, newest first, by a part of their e-mail, username or name, and by role. */
export function listAccounts(db: Executor, input: UserListInput | undefined): Promise<Page<AdminUser>> {
  const [query, role] = [input?.query, input?.role];
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listUsers(db, { before, limit, query, role }),
    keyOf: (person) => person.id,
    present: toAdminUser,
  });
}

/** Stops all of an account's credentials at once. @throws DomainError `NOT_FOUND`, `FORBIDDEN` on oneself */
export async function disableAccount(
  trx: Trx,
  caller: PersonCaller,
  userId: string,
  reason: string,
): Promise<AdminUser> {
  const account = await lockAccount(trx, caller, userId);
  if (account.disabledAt === null) {
    await setDisabledAt(trx, userId, new Date());
    const endedSessions = await deleteSessions(trx, userId);
    // What somebody began with this account, a change of its address for one, must not go on when it is enabled.
    await raiseCredentialEpoch(trx, userId);
    await deleteMailTokensOf(trx, userId, ['verify_email', 'reset_password', 'change_email']);
    await recordAudit(trx, caller, 'user.disabled', {
      subjectId: userId,
      details: { reason, endedSessions },
    });
  }
  return readAccount(trx, userId);
}

/** Lets an account sign in again. @throws DomainError `NOT_FOUND`, `FORBIDDEN` on oneself */
export async function enableAccount(
  trx: Trx,
  caller: PersonCaller,
  userId: string,
  reason: string | undefined,
): Promise<AdminUser> {
  const account = await lockAccount(trx, caller, userId);
  if (account.disabledAt !== null) {
    await setDisabledAt(trx, userId, null);
    // A sign-in that raced the disabling may have left a session behind: it must not come to life.
    await deleteSessions(trx, userId);
    // Nor must the invitations that they, or whoever had taken the account over, sent before.
    await cancelInvitationsOf(trx, caller, userId);
    await recordAudit(trx, caller, 'user.enabled', {
      subjectId: userId,
      details: { reason: reason ?? null },
    });
  }
  return readAccount(trx, userId);
}

/**
 * Changes a role; it holds from the account's next request.
 * @throws DomainError `NOT_FOUND`, `FORBIDDEN` on oneself, `INVALID_INPUT` for ORGANIZATION without a membership
 */
export async function changeRole(
  trx: Trx,
  caller: PersonCaller,
  userId: string,
  role: Role,
  reason: string,
): Promise<AdminUser> {
  const account = await lockAccount(trx, caller, userId);
  if (role === 'ORGANIZATION' && !(await hasMembership(trx, userId))) {
    throw invalidField('role', 'This account belongs to no organization.');
  }
  await writeRole(trx, caller, account, role, { reason });
  return readAccount(trx, userId);
}

/**
 * Signs an account out everywhere (`endAllSessions`): anybody's, and an administrator's own, this session too.
 * @returns how many sessions it had
 * @throws DomainError `NOT_FOUND`, `FORBIDDEN` to whoever is no administrator any more
 */
export async function endAccountSessions(
  trx: Trx,
  caller: PersonCaller,
  userId: string,
  reason: string | undefined,
): Promise<number> {
  await lockAnyAccount(trx, caller, userId);
  const endedSessions = await endAllSessions(trx, userId);
  await recordAudit(trx, caller, 'session.all_ended', {
    subjectId: userId,
    details: { endedSessions, reason: reason ?? null },
  });
  return endedSessions;
}

async function readAccount(trx: Trx, userId: string): Promise<AdminUser> {
  const person = await findPerson(trx, userId);
  if (person === undefined) throw new DomainError('NOT_FOUND');
  return toAdminUser(person);
}

function toAdminUser(person: PersonRecord): AdminUser {
  return { ...toUser(person), disabledAt: person.disabledAt?.toISOString() ?? null };
}
