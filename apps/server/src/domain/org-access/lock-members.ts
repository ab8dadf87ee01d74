import type { Trx } from '../../database/connection.ts';
import { findMember, isEnabledOwner } from '../../database/queries/members.queries.ts';
import { lockOrganization } from '../../database/queries/organizations.queries.ts';
import type { MemberCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';

/**
 * Takes the lock that every change of an organization's people comes after, and asks whether the caller is one
 * of them at this moment.
 * @throws DomainError `FORBIDDEN` to whoever has left the organization meanwhile
 */
export async function lockMembers(trx: Trx, { organization, principal }: MemberCaller): Promise<void> {
  await lockOrganization(trx, organization.id);
  const self = await findMember(trx, organization.id, principal.userId);
  if (self === undefined) throw new DomainError('FORBIDDEN');
}

/** The same for acts of owners. @throws DomainError `FORBIDDEN` to whoever is no owner any more, or is disabled */
export async function lockMembersAsOwner(trx: Trx, { organization, principal }: MemberCaller): Promise<void> {
  await lockOrganization(trx, organization.id);
  if (!(await isEnabledOwner(trx, organization.id, principal.userId))) throw new DomainError('FORBIDDEN');
}
