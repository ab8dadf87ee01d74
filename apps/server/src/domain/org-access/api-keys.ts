import {
  API_KEY_SCOPES,
  type ApiKey,
  type CreateApiKeyInput,
  type CreatedApiKey,
  type Page,
  type PageInput,
} from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import { makeApiKeySecret } from '../../auth/api-keys.ts';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  type ApiKeyRecord,
  countLiveApiKeys,
  findApiKey,
  insertApiKey,
  listApiKeys,
  listKnownCategories,
  setApiKeyRevoked,
} from '../../database/queries/api-keys.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { MemberCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { futureMoment } from '../future-moment.ts';
import { listPage, uuidKey } from '../paging.ts';
import { lockMembersAsOwner } from './lock-members.ts';

/** So many keys of an organization can be good at once. */
const MOST_LIVE_KEYS = 50;

/** The keys of the caller's organization, newest first, whether or not they are still good. */
export function listOwnApiKeys(
  db: Executor,
  { organization }: MemberCaller,
  input: PageInput | undefined,
): Promise<Page<ApiKey>> {
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listApiKeys(db, organization.id, { before, limit }),
    keyOf: (key) => key.id,
    present: toApiKey,
  });
}

/**
 * Makes a key for the caller's organization. Its secret is in the answer, and nowhere else.
 * @throws DomainError `FORBIDDEN` to whoever is no owner, `INVALID_INPUT` for an end that is not in the future or a
 *   category that is not there, `TOO_MANY_API_KEYS`
 */
export async function createApiKey(
  trx: Trx,
  caller: MemberCaller,
  input: CreateApiKeyInput,
): Promise<CreatedApiKey> {
  const { organization, principal } = caller;
  await lockMembersAsOwner(trx, caller);
  const now = new Date();
  const expiresAt = futureMoment(input.expiresAt, now);
  await requireKnownCategories(trx, input.categoryIds ?? []);
  if ((await countLiveApiKeys(trx, organization.id, now)) >= MOST_LIVE_KEYS) {
    throw new DomainError('TOO_MANY_API_KEYS');
  }
  const { secret, hash, hint } = makeApiKeySecret();
  const id = uuidv7();
  const scopes = API_KEY_SCOPES.filter((scope) => input.scopes.includes(scope));
  await insertApiKey(trx, {
    id,
    organization_id: organization.id,
    name: input.name,
    hash,
    hint,
    scopes,
    category_ids: input.categoryIds?.toSorted((one, other) => one - other) ?? null,
    created_by: principal.userId,
    created_at: now,
    expires_at: expiresAt,
    last_used_at: null,
    revoked_at: null,
  });
  await recordAudit(trx, caller, 'organization.key_created', {
    details: { organizationId: organization.id, apiKeyId: id, hint, scopes },
  });
  return { key: toApiKey(await requireKey(trx, caller, id)), secret };
}

/**
 * Revokes a key of the caller's organization: it is refused from the next request on. One that is revoked stays so.
 * @throws DomainError `FORBIDDEN` to whoever is no owner, `NOT_FOUND` for another organization's key
 */
export async function revokeApiKey(trx: Trx, caller: MemberCaller, keyId: string): Promise<ApiKey> {
  await lockMembersAsOwner(trx, caller);
  const key = await requireKey(trx, caller, keyId);
  if (key.revokedAt !== null) return toApiKey(key);
  const revokedAt = new Date();
  await setApiKeyRevoked(trx, keyId, revokedAt);
  await recordAudit(trx, caller, 'organization.key_revoked', {
    details: { organizationId: caller.organization.id, apiKeyId: keyId, hint: key.hint },
  });
  return toApiKey({ ...key, revokedAt });
}

async function requireKey(trx: Trx, { organization }: MemberCaller, keyId: string): Promise<ApiKeyRecord> {
  const key = await findApiKey(trx, organization.id, keyId);
  if (key === undefined) throw new DomainError('NOT_FOUND');
  return key;
}

async function requireKnownCategories(trx: Trx, ids: readonly number[]): Promise<void> {
  const known = new Set(ids.length === 0 ? [] : await listKnownCategories(trx, ids));
  const unknown = [...ids.entries()].filter(([, id]) => !known.has(id));
  if (unknown.length === 0) return;
  const fields = unknown.map(([place]) => [`categoryIds.${place}`, ['There is no such category.']]);
  throw new DomainError('INVALID_INPUT', { fields: Object.fromEntries(fields) });
}

function toApiKey({ creatorId, creatorFirstName, creatorLastName, ...key }: ApiKeyRecord): ApiKey {
  const { id, name, hint, scopes, categoryIds, createdAt, expiresAt, lastUsedAt, revokedAt } = key;
  return {
    id,
    name,
    hint,
    scopes,
    categoryIds,
    createdAt: createdAt.toISOString(),
    createdBy:
      creatorId === null ? null : { id: creatorId, firstName: creatorFirstName, lastName: creatorLastName },
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
