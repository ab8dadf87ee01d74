import type { Page, RequestListInput } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { listRequests, type RequestOwner } from '../../database/queries/org-access.queries.ts';
import type { OrganizationCaller, PersonCaller } from '../caller.ts';
import type { NumberedAccessRequest } from '../numbered.ts';
import { listPage, uuidKey } from '../paging.ts';
import { categoriesOf } from './api-key-rights.ts';
import { toAccessRequest } from './present-request.ts';

/** Requests to the caller's own data, newest first. */
export async function listIncoming(
  db: Executor,
  { principal }: PersonCaller,
  input: RequestListInput | undefined,
): Promise<Page<NumberedAccessRequest>> {
  return list(db, { userId: principal.userId }, input);
}

/** The requests of the caller's organization that the caller may see, newest first. */
export async function listOutgoing(
  db: Executor,
  caller: OrganizationCaller,
  input: RequestListInput | undefined,
): Promise<Page<NumberedAccessRequest>> {
  return list(db, { organizationId: caller.organization.id, categoryIds: categoriesOf(caller) }, input);
}

function list(
  db: Executor,
  owner: RequestOwner,
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
