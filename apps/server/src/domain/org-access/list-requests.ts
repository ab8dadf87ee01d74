import type { AccessRequest, Organization, Page, RequestListInput } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { findOrganization, listRequests } from '../../database/queries/org-access.queries.ts';
import type { MemberCaller, PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { listPage, uuidKey } from '../paging.ts';
import { toAccessRequest } from './present-request.ts';

/** Requests to the caller's own data, newest first. */
export async function listIncoming(
  db: Executor,
  { principal }: PersonCaller,
  input: RequestListInput | undefined,
): Promise<Page<AccessRequest>> {
  return list(db, { userId: principal.userId }, input);
}

/** Requests of the caller's organization, newest first. */
export async function listOutgoing(
  db: Executor,
  { organization }: MemberCaller,
  input: RequestListInput | undefined,
): Promise<Page<AccessRequest>> {
  return list(db, { organizationId: organization.id }, input);
}

function list(
  db: Executor,
  owner: { userId: string } | { organizationId: string },
  input: RequestListInput | undefined,
): Promise<Page<AccessRequest>> {
  const [status, now] = [input?.status, new Date()];
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listRequests(db, owner, { before, limit, status, now }),
    keyOf: (request) => request.id,
    present: toAccessRequest,
  });
}

/** The organization that the caller belongs to. */
export async function getOwnOrganization(
  db: Executor,
  { principal, organization }: MemberCaller,
): Promise<Organization> {
  const found = await findOrganization(db, organization.id);
  const membership = principal.user.organization?.membership;
  if (found === undefined || membership === undefined) throw new DomainError('NOT_FOUND');
  const { id, name, website, address, verifiedAt, createdAt } = found;
  return {
    id,
    name,
    website,
    address,
    verified: verifiedAt !== null,
    createdAt: createdAt.toISOString(),
    membership,
  };
}
