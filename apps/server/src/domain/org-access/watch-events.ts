import type { WatchInput } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { findOrganizationEventRange } from '../../database/queries/live.queries.ts';
import {
  deleteOldOrganizationEvents,
  listOrganizationEvents,
  type OrganizationEventRecord,
} from '../../database/queries/organization-events.queries.ts';
import type { OrganizationCaller } from '../caller.ts';
import type { WatchingCredential } from '../live/live.ts';
import { startWatch, type Watch } from '../live/start-watch.ts';
import type { NumberedOrganizationEvent } from '../numbered.ts';
import type { Services } from '../services.ts';
import { mayConcern } from './api-key-rights.ts';
import { toAccessRequest } from './present-request.ts';

const DAY = 24 * 3_600_000;

/** An event can be resumed from for so long. */
const KEPT_DAYS = 30;

/**
 * What happens to the requests of the caller's organization that the caller may see, as it is committed.
 * @throws DomainError `INVALID_INPUT` on `lastEventId`; `RATE_LIMITED`, `OVERLOADED`, `UNAVAILABLE`
 */
export function watchOwnOrganization(
  { live, database }: Pick<Services, 'live' | 'database'>,
  caller: OrganizationCaller,
  input: WatchInput | undefined,
): Promise<Watch<NumberedOrganizationEvent>> {
  const organizationId = caller.organization.id;
  return startWatch(
    live,
    watchingCredentialOf(caller),
    {
      topic: `organization:${organizationId}`,
      range: () => findOrganizationEventRange(database.kysely, organizationId),
      read: async (page) =>
        (await listOrganizationEvents(database.kysely, organizationId, page)).map(toOrganizationEvent),
      shows: ({ request }) => mayConcern(caller, request.categoryId),
    },
    input,
  );
}

function watchingCredentialOf(caller: OrganizationCaller): WatchingCredential {
  if ('apiKey' in caller) {
    const { id } = caller.apiKey;
    return { kind: 'apiKey', id, holderId: id, organizationId: null };
  }
  const { userId, sessionId: id } = caller.principal;
  return { kind: 'session', id, holderId: userId, organizationId: caller.organization.id };
}

/** Removes events that are too old to resume from. */
export function forgetOrganizationEvents(db: Executor): Promise<void> {
  return deleteOldOrganizationEvents(db, new Date(Date.now() - KEPT_DAYS * DAY));
}

function toOrganizationEvent({ request, at, ...event }: OrganizationEventRecord): NumberedOrganizationEvent {
  return {
    ...event,
    at: at.toISOString(),
    categoryId: request.categoryId,
    requestId: request.id,
    request: toAccessRequest(request),
  };
}
