import type { Trx } from '../../database/connection.ts';
import { findMember, type MemberRecord } from '../../database/queries/members.queries.ts';
import { lockOrganization } from '../../database/queries/organizations.queries.ts';
import type { MemberCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';

/**
 * Takes the lock that every change of an organization's people comes after, and reads what the caller is
 * in it at this moment.
 * @throws DomainError `FORBIDDEN` to whoever has left the organization meanwhile
 */
export async function lockMembers(trx: Trx, caller: MemberCaller): Promise<MemberRecord> {
  await lockOrganization(trx, caller.organization.id);
  const self = await findMember(trx, caller.organization.id, caller.principal.userId);
  if (self === undefined) throw new DomainError('FORBIDDEN');
  return self;
}

/** The same for acts of owners. @throws DomainError `FORBIDDEN` to whoever is no owner any more */
export async function lockMembersAsOwner(trx: Trx, caller: MemberCaller): Promise<MemberRecord> {
  const self = await lockMembers(trx, caller);
  if (self.membership !== 'owner') throw new DomainError('FORBIDDEN');
  return self;
}
