import type { Membership } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { findFirstOwnerEmail } from '../../database/queries/members.queries.ts';
import { findOrganization } from '../../database/queries/org-access.queries.ts';
import type { MemberCaller, OrganizationCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { NumberedOrganization } from '../numbered.ts';

/** The organization that the caller acts for. @throws DomainError `NOT_FOUND` */
export function getOwnOrganization(db: Executor, caller: OrganizationCaller): Promise<NumberedOrganization> {
  return 'apiKey' in caller ? readOrganization(db, caller.organization.id, null) : readAsMember(db, caller);
}

function readAsMember(db: Executor, { principal, organization }: MemberCaller) {
  const membership = principal.user.organization?.membership;
  if (membership === undefined) throw new DomainError('NOT_FOUND');
  return readOrganization(db, organization.id, membership);
}

/** An organization with the address to write to: that of the owner who has been there longest. */
export type ReachableOrganization = NumberedOrganization & { email: string | null; membership: Membership };

/** The organization that the caller belongs to, and how to reach it. @throws DomainError `NOT_FOUND` */
export async function getReachableOrganization(
  db: Executor,
  caller: MemberCaller,
): Promise<ReachableOrganization> {
  const organization = await readAsMember(db, caller);
  return { ...organization, email: await findFirstOwnerEmail(db, organization.id) };
}

/**
 * An organization as somebody with this membership sees it, or its API key with none.
 * @throws DomainError `NOT_FOUND`
 */
export async function readOrganization<Belonging extends Membership | null>(
  db: Executor,
  organizationId: string,
  membership: Belonging,
): Promise<NumberedOrganization & { membership: Belonging }> {
  const found = await findOrganization(db, organizationId);
  if (found === undefined) throw new DomainError('NOT_FOUND');
  const { id, number, name, website, address, verifiedAt, createdAt } = found;
  return {
    id,
    number,
    name,
    website,
    address,
    verified: verifiedAt !== null,
    createdAt: createdAt.toISOString(),
    membership,
  };
}
