import type { ApiKeyScope } from '@truconn/contract';
import { type Insertable, sql } from 'kysely';
import type { Database, Executor, Trx } from '../connection.ts';
import { nameStatement } from '../named-statement.ts';
import type { ApiKeysTable } from '../tables.ts';

/** A key that was presented, with its organization: what every request with one reads, in one round trip. */
export interface PresentedApiKeyRecord {
  id: string;
  organizationId: string;
  organizationName: string;
  scopes: ApiKeyScope[];
  categoryIds: number[] | null;
  lastUsedAt: Date | null;
}

/** A key as its organization sees it. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  hint: string;
  scopes: ApiKeyScope[];
  categoryIds: number[] | null;
  createdAt: Date;
  creatorId: string | null;
  creatorFirstName: string | null;
  creatorLastName: string | null;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** Keys that are good at `now`: neither revoked nor past their end. */
export function liveApiKeys(db: Executor, now: Date) {
  return db
    .selectFrom('api_keys')
    .where('api_keys.revoked_at', 'is', null)
    .where((where) =>
      where.or([where('api_keys.expires_at', 'is', null), where('api_keys.expires_at', '>', now)]),
    );
}

/** Finds a live key by its hash; the values are the moment and the hash. */
export function nameApiKeyLookup(database: Database) {
  const lookup = liveApiKeys(database.kysely, new Date())
    .innerJoin('organizations', 'organizations.id', 'api_keys.organization_id')
    .select([
      'api_keys.id',
      'organizations.id as organizationId',
      'organizations.name as organizationName',
      'api_keys.scopes',
      'api_keys.category_ids as categoryIds',
      'api_keys.last_used_at as lastUsedAt',
    ])
    .where('api_keys.hash', '=', '')
    .compile();
  return nameStatement<PresentedApiKeyRecord>(database, 'api_key_by_hash', lookup);
}

/** Writes down that a key was used; twenty uses at once write once. */
export async function touchApiKey(
  db: Executor,
  id: string,
  usedAt: Date,
  ifNotUsedSince: Date,
): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: usedAt })
    .where('id', '=', id)
    .where((where) =>
      where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', ifNotUsedSince)]),
    )
    .execute();
}

/** Those of some keys that are live no more, or are gone. */
export async function listLostApiKeys(db: Executor, ids: string[], now: Date): Promise<string[]> {
  if (ids.length === 0) return [];
  const live = liveApiKeys(db, now).select('api_keys.id');
  const { rows } = await sql<{ id: string }>`
    select watched.id from unnest(${ids}::uuid[]) as watched (id)
    where not exists (select from (${live}) as live where live.id = watched.id)`.execute(db);
  return rows.map(({ id }) => id);
}

export async function countLiveApiKeys(db: Executor, organizationId: string, now: Date): Promise<number> {
  const { count } = await liveApiKeys(db, now)
    // A count is a bigint, which pg reads as text.
    .select(({ fn, cast }) => cast<number>(fn.countAll(), 'integer').as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertApiKey(trx: Trx, key: Insertable<ApiKeysTable>): Promise<void> {
  await trx.insertInto('api_keys').values(key).execute();
}

function selectApiKeys(db: Executor, organizationId: string) {
  return db
    .selectFrom('api_keys')
    .leftJoin('users', 'users.id', 'api_keys.created_by')
    .select([
      'api_keys.id',
      'api_keys.name',
      'api_keys.hint',
      'api_keys.scopes',
      'api_keys.category_ids as categoryIds',
      'api_keys.created_at as createdAt',
      'users.id as creatorId',
      'users.first_name as creatorFirstName',
      'users.last_name as creatorLastName',
      'api_keys.expires_at as expiresAt',
      'api_keys.last_used_at as lastUsedAt',
      'api_keys.revoked_at as revokedAt',
    ])
    .where('api_keys.organization_id', '=', organizationId);
}

/** A page of an organization's keys, newest first, whether or not they are still good. */
export async function listApiKeys(
  db: Executor,
  organizationId: string,
  page: { before: string | undefined; limit: number },
): Promise<ApiKeyRecord[]> {
  return selectApiKeys(db, organizationId)
    .$if(page.before !== undefined, (query) => query.where('api_keys.id', '<', page.before as string))
    .orderBy('api_keys.id', 'desc')
    .limit(page.limit)
    .execute();
}

/** One of this organization's keys. */
export async function findApiKey(
  db: Executor,
  organizationId: string,
  id: string,
): Promise<ApiKeyRecord | undefined> {
  return selectApiKeys(db, organizationId).where('api_keys.id', '=', id).executeTakeFirst();
}

export async function setApiKeyRevoked(trx: Trx, id: string, revokedAt: Date): Promise<void> {
  await trx.updateTable('api_keys').set({ revoked_at: revokedAt }).where('id', '=', id).execute();
}

/** Which of some ids are those of categories. */
export async function listKnownCategories(db: Executor, ids: readonly number[]): Promise<number[]> {
  const rows = await db.selectFrom('categories').select('id').where('id', 'in', ids).execute();
  return rows.map(({ id }) => id);
}
