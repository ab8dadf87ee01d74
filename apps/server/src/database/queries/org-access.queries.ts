import type { AccessStatus } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { runByName } from '../run-by-name.ts';
import type { NewAccessRequest } from '../tables.ts';
import { CONSENT_END } from './consent-end.ts';

const OPEN_STATUSES = ['PENDING', 'APPROVED', 'PAUSED'] as const;

/**
 * A request's status as it is at `now`, whatever has been written since: an open one past its end is
 * EXPIRED; one whose consent came to its end before that is REVOKED.
 */
function statusAt(now: Date) {
  return sql<AccessStatus>`case
    when request.status not in ('PENDING', 'APPROVED', 'PAUSED') then request.status
    when request.expires_at <= ${now}
      and coalesce(request.expires_at <= ${CONSENT_END}, true) then 'EXPIRED'
    when consent.granted is not true or ${CONSENT_END} <= ${now} then 'REVOKED'
    else request.status end`;
}

/** Requests with both their sides, and the status that each has at `now`. */
export function selectRequests(db: Executor, now: Date) {
  return db
    .selectFrom('access_requests as request')
    .innerJoin('organizations as organization', 'organization.id', 'request.organization_id')
    .innerJoin('users as person', 'person.id', 'request.user_id')
    .innerJoin('categories as category', 'category.id', 'request.category_id')
    .leftJoin('consents as consent', (join) =>
      join
        .onRef('consent.user_id', '=', 'request.user_id')
        .onRef('consent.category_id', '=', 'request.category_id'),
    )
    .leftJoin('notice_versions as agreed', (join) =>
      join
        .onRef('agreed.category_id', '=', 'consent.category_id')
        .onRef('agreed.version', '=', 'consent.notice_version'),
    )
    .select([
      'request.id',
      'request.number',
      'request.organization_id as organizationId',
      'organization.number as organizationNumber',
      'organization.name as organizationName',
      'organization.verified_at as organizationVerifiedAt',
      'request.user_id as userId',
      'person.number as userNumber',
      'person.first_name as firstName',
      'person.last_name as lastName',
      'request.category_id as categoryId',
      'category.name as categoryName',
      'request.purpose',
      'request.expires_at as expiresAt',
      'request.max_reads as maxReads',
      'request.reads',
      'request.last_read_at as lastReadAt',
      'request.requested_at as requestedAt',
      'request.decided_at as decidedAt',
      'request.status as storedStatus',
      statusAt(now).as('status'),
    ]);
}

/** A request with both its sides; `storedStatus` is null for one that is about to be made. */
export interface AccessRequestRecord {
  id: string;
  number: number;
  organizationId: string;
  organizationNumber: number;
  organizationName: string;
  organizationVerifiedAt: Date | null;
  userId: string;
  userNumber: number;
  firstName: string | null;
  lastName: string | null;
  categoryId: number;
  categoryName: string;
  purpose: string | null;
  expiresAt: Date | null;
  maxReads: number | null;
  reads: number;
  lastReadAt: Date | null;
  requestedAt: Date;
  decidedAt: Date | null;
  storedStatus: AccessStatus | null;
  /** As it is at the moment that was asked for. */
  status: AccessStatus;
}

interface RequestPage {
  before: string | undefined;
  limit: number;
  status: AccessStatus | undefined;
  now: Date;
}

/** Whose requests: a person's, or an organization's on some categories; null for all of them. */
export type RequestOwner =
  | { userId: string }
  | { organizationId: string; categoryIds: readonly number[] | null };

/** A page of one person's or one organization's requests, newest first. */
export async function listRequests(
  db: Executor,
  owner: RequestOwner,
  page: RequestPage,
): Promise<AccessRequestRecord[]> {
  return selectRequests(db, page.now)
    .where((where) =>
      'userId' in owner
        ? where('request.user_id', '=', owner.userId)
        : where.and([
            where('request.organization_id', '=', owner.organizationId),
            ...(owner.categoryIds === null ? [] : [where('request.category_id', 'in', owner.categoryIds)]),
          ]),
    )
    .$if(page.before !== undefined, (query) => query.where('request.id', '<', page.before as string))
    .$if(page.status !== undefined, (query) =>
      query.where(statusAt(page.now), '=', page.status as AccessStatus),
    )
    .orderBy('request.id', 'desc')
    .limit(page.limit)
    .execute();
}

/** One request, by its id or by the integer that REST callers know it by. */
export type RequestKey = { id: string } | { number: number };

/** A request to this person's data, whoever asks. */
export async function findRequestOfPerson(
  db: Executor,
  userId: string,
  key: RequestKey,
  now: Date,
): Promise<AccessRequestRecord | undefined> {
  const query = selectRequests(db, now)
    .where((where) =>
      'id' in key ? where('request.id', '=', key.id) : where('request.number', '=', key.number),
    )
    .where('request.user_id', '=', userId);
  const name = 'id' in key ? 'request_by_id' : 'request_by_number';
  const [request] = await runByName(db, name, query.compile());
  return request;
}

/** A request of which this person is one side, or this organization the other. */
export async function findRequestOfEither(
  db: Executor,
  sides: { userId: string | null; organizationId: string | null },
  requestId: string,
  now: Date,
): Promise<AccessRequestRecord | undefined> {
  return selectRequests(db, now)
    .where('request.id', '=', requestId)
    .where((where) =>
      where.or([
        where('request.user_id', '=', sides.userId),
        where('request.organization_id', '=', sides.organizationId),
      ]),
    )
    .executeTakeFirst();
}

/** Which organization, person and category a request is about. */
export interface RequestTriple {
  organizationId: string;
  userId: string;
  categoryId: number;
}

/** The one open request of this organization, person and category. */
export async function findOpenRequest(
  db: Executor,
  triple: RequestTriple,
  now: Date,
): Promise<AccessRequestRecord | undefined> {
  return selectRequests(db, now)
    .where('request.organization_id', '=', triple.organizationId)
    .where('request.user_id', '=', triple.userId)
    .where('request.category_id', '=', triple.categoryId)
    .where('request.status', 'in', OPEN_STATUSES)
    .executeTakeFirst();
}

/** The open requests on one category of a person, oldest first. */
export async function listOpenRequests(
  db: Executor,
  userId: string,
  categoryId: number,
  now: Date,
): Promise<AccessRequestRecord[]> {
  return selectRequests(db, now)
    .where('request.user_id', '=', userId)
    .where('request.category_id', '=', categoryId)
    .where('request.status', 'in', OPEN_STATUSES)
    .orderBy('request.id')
    .execute();
}

export async function insertRequest(trx: Trx, request: NewAccessRequest): Promise<void> {
  await trx.insertInto('access_requests').values(request).execute();
}

export async function setRequestStatus(
  trx: Trx,
  requestId: string,
  status: AccessStatus,
  decidedAt: Date | null,
): Promise<void> {
  await trx
    .updateTable('access_requests')
    .set({ status, decided_at: decidedAt })
    .where('id', '=', requestId)
    .execute();
}

/** True for an account that is there and enabled. */
export async function isEnabledUser(db: Executor, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findOrganization(db: Executor, organizationId: string) {
  return db
    .selectFrom('organizations')
    .select([
      'id',
      'number',
      'name',
      'website',
      'address',
      'verified_at as verifiedAt',
      'created_at as createdAt',
    ])
    .where('id', '=', organizationId)
    .executeTakeFirst();
}
