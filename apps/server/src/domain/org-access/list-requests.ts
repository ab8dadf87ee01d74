import type { Page, RequestListInput } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { listRequests } from '../../database/queries/org-access.queries.ts';
import type { MemberCaller, PersonCaller } from '../caller.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { listPage, uuidKey } from '../paging.ts';
import { toAccessRequest } from './present-request.ts';

/** Requests to the caller's own data, newest first. */
export async function listIncoming(
  db: Executor,
  { principal }: PersonCaller,
  input: RequestListInput | undefined,
): Promise<Page<NumberedAccessRequest>> {
  return list(db, { userId: principal.userId }, input);
}

/** Requests of the caller's organization, newest first. */
export async function listOutgoing(
  db: Executor,
  { organization }: MemberCaller,
  input: RequestListInput | undefined,
): Promise<Page<NumberedAccessRequest>> {
  return list(db, { organizationId: organization.id }, input);
}

function list(
  db: Executor,
  owner: { userId: string } | { organizationId: string },
  input: RequestListInput | undefined,
): Promise<Page<NumberedAccessRequest>> {
  const [status, now] = [input?.status, new Date()];
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listRequests(db, owner, { before, limit, status, now }),
    keyOf: (request) => request.id,
    present: toAccessRequest,
  });
}
