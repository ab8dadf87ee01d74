import type { Trx } from '../../database/connection.ts';
import { lockUsers } from '../../database/queries/admin.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';

/** An account under lock, as it is at this moment. */
export type LockedAccount = Awaited<ReturnType<typeof lockUsers>>[number];

/**
 * Locks the account that an administrator acts on, and the administrator's own. An administrator acts on
 * others only, and must still be one when the locks are had: of two who demote each other at once, one
 * wins, and one administrator remains.
 * @throws DomainError `FORBIDDEN`, `NOT_FOUND`
 */
export async function lockAccount(trx: Trx, caller: PersonCaller, userId: string): Promise<LockedAccount> {
  if (caller.principal.userId === userId) {
    throw new DomainError('FORBIDDEN', { message: 'Ask another administrator to change your own account.' });
  }
  return lockAnyAccount(trx, caller, userId);
}

/** The same for acts that leave an account what it is, which administrators do on their own, too. */
export async function lockAnyAccount(trx: Trx, caller: PersonCaller, userId: string): Promise<LockedAccount> {
  const actorId = caller.principal.userId;
  const users = await lockUsers(trx, [actorId, userId]);
  requireAdministrator(users, actorId);
  const account = users.find((user) => user.id === userId);
  if (account === undefined) throw new DomainError('NOT_FOUND');
  return account;
}

/**
 * The same for acts that are not on an account. Whatever else they lock comes before.
 * @throws DomainError `FORBIDDEN`
 */
export async function lockAdministrator(trx: Trx, caller: PersonCaller): Promise<void> {
  const actorId = caller.principal.userId;
  requireAdministrator(await lockUsers(trx, [actorId]), actorId);
}

function requireAdministrator(users: LockedAccount[], actorId: string): void {
  const actor = users.find((user) => user.id === actorId);
  if (actor?.role !== 'ADMIN' || actor.disabledAt !== null) throw new DomainError('FORBIDDEN');
}
