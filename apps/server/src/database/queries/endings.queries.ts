import { type RawBuilder, sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { CONSENT_END } from './consent-end.ts';
import { type AccessRequestRecord, selectRequests } from './org-access.queries.ts';

const AGREED = sql`agreed.category_id = consent.category_id and agreed.version = consent.notice_version`;
const OPEN = sql`request.status in ('PENDING', 'APPROVED', 'PAUSED')`;
/** So long before an end its person is told, if they have not decided within that time themselves. */
const AHEAD = sql`interval '72 hours'`;

/** A page of people, by their ids. */
export interface PeoplePage {
  now: Date;
  after: string | undefined;
  limit: number;
}

/** People of whom something has ended by the clock that is not written down yet. */
export async function listPeoplePastEnds(db: Executor, page: PeoplePage): Promise<string[]> {
  const { now } = page;
  return listPeople(db, page, [
    sql`select user_id from consents as consent where consent.granted and consent.expires_at <= ${now}`,
    sql`select consent.user_id from notice_versions as agreed join consents as consent on ${AGREED}
      where consent.granted and agreed.withdrawn_at <= ${now}`,
    sql`select user_id from access_requests as request where ${OPEN} and request.expires_at <= ${now}`,
  ]);
}

/** People of whom something ends soon of which they have not been told. */
export async function listPeopleToTell(db: Executor, page: PeoplePage): Promise<string[]> {
  const { now } = page;
  return listPeople(db, page, [
    sql`select consent.user_id from consents as consent join notice_versions as agreed on ${AGREED}
      where ${isSoon(sql`consent.expires_at`, now)} and ${isConsentToTell(now)}`,
    sql`select consent.user_id from notice_versions as agreed join consents as consent on ${AGREED}
      where ${isSoon(sql`agreed.withdrawn_at`, now)} and ${isConsentToTell(now)}`,
    sql`select request.user_id from access_requests as request where ${isRequestToTell(now)}`,
  ]);
}

async function listPeople(
  db: Executor,
  { after = '00000000-0000-0000-0000-000000000000', limit }: PeoplePage,
  sources: RawBuilder<unknown>[],
): Promise<string[]> {
  const { rows } = await sql<{
    user_id: string;
  }>`select distinct user_id from (${sql.join(sources, sql` union all `)}) as person
    where user_id > ${after} order by user_id limit ${limit}`.execute(db);
  return rows.map((row) => row.user_id);
}

/** The categories of which a person's consent has come to an end that is not written down yet. */
export async function listEndedConsents(db: Executor, userId: string, now: Date): Promise<number[]> {
  const { rows } = await sql<{ categoryId: number }>`select consent.category_id as "categoryId"
    from consents as consent join notice_versions as agreed on ${AGREED}
    where consent.user_id = ${userId} and consent.granted and ${CONSENT_END} <= ${now}
    order by consent.category_id`.execute(db);
  return rows.map(({ categoryId }) => categoryId);
}

/** A person's requests whose own end has passed and is not written down yet, oldest first. */
export async function listEndedRequests(
  db: Executor,
  userId: string,
  now: Date,
): Promise<AccessRequestRecord[]> {
  return selectRequests(db, now)
    .where('request.user_id', '=', userId)
    .where(sql<boolean>`${OPEN}`)
    .where('request.expires_at', '<=', now)
    .orderBy('request.id')
    .execute();
}

/** What a person is told of: categories of consents, and ids of requests. */
export interface Endings {
  consents: number[];
  requests: string[];
}

/** Marks what of a person ends soon as told. @returns what was not before */
export async function markEndsTold(trx: Trx, userId: string, now: Date): Promise<Endings> {
  const consents = await sql<{ id: number }>`
    update consents as consent set end_told_for = ${CONSENT_END}
    from notice_versions as agreed
    where ${AGREED} and consent.user_id = ${userId} and ${isConsentToTell(now)}
    returning consent.category_id as id`.execute(trx);
  const requests = await sql<{ id: string }>`
    update access_requests as request set end_told_for = request.expires_at
    where request.user_id = ${userId} and ${isRequestToTell(now)}
    returning request.id`.execute(trx);
  return { consents: consents.rows.map(({ id }) => id), requests: requests.rows.map(({ id }) => id) };
}

/** A consent that is about to end. */
export interface EndingConsent {
  category: string;
  endsAt: Date;
}

/** Those of a person's consents that still end when the person was told, and have not ended. */
export async function findToldConsents(
  db: Executor,
  userId: string,
  categoryIds: number[],
  now: Date,
): Promise<EndingConsent[]> {
  const { rows } = await sql<EndingConsent>`select category.name as category, consent.end_told_for as "endsAt"
    from consents as consent join notice_versions as agreed on ${AGREED}
    join categories as category on category.id = consent.category_id
    where consent.user_id = ${userId} and consent.category_id = any(${categoryIds}) and consent.granted
      and consent.end_told_for = ${CONSENT_END} and ${CONSENT_END} > ${now}
    order by "endsAt", category.id`.execute(db);
  return rows;
}

/** Those of a person's requests that still give access, and have not ended. */
export async function findToldRequests(
  db: Executor,
  userId: string,
  requestIds: string[],
  now: Date,
): Promise<AccessRequestRecord[]> {
  const requests = await selectRequests(db, now)
    .where('request.user_id', '=', userId)
    .where(sql<boolean>`request.id = any(${requestIds})`)
    .orderBy('request.expires_at')
    .orderBy('request.id')
    .execute();
  return requests.filter(({ status }) => status === 'APPROVED');
}

function isSoon(end: RawBuilder<unknown>, now: Date): RawBuilder<boolean> {
  return sql<boolean>`(${end} > ${now} and ${end} <= ${now}::timestamptz + ${AHEAD})`;
}

function isConsentToTell(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(consent.granted and ${isSoon(CONSENT_END, now)}
    and consent.granted_at < ${CONSENT_END} - ${AHEAD}
    and consent.end_told_for is distinct from ${CONSENT_END})`;
}

// What ends with its consent is told with that.
function isRequestToTell(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(request.status = 'APPROVED' and ${isSoon(sql`request.expires_at`, now)}
    and request.decided_at < request.expires_at - ${AHEAD}
    and request.end_told_for is distinct from request.expires_at
    and exists (
      select from consents as consent join notice_versions as agreed on ${AGREED}
      where consent.user_id = request.user_id and consent.category_id = request.category_id
        and consent.granted and coalesce(${CONSENT_END} >= request.expires_at, true)))`;
}
