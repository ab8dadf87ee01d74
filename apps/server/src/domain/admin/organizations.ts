import type {
  AdminOrganization,
  OrganizationListInput,
  Page,
  VerifyOrganizationInput,
} from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  findOrganizationRecord,
  listOrganizations,
  lockOrganization,
  type OrganizationRecord,
  setVerifiedAt,
} from '../../database/queries/organizations.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { listPage, uuidKey } from '../paging.ts';
import { lockAdministrator } from './lock-account.ts';

/** Organizations, newest first, by a part of their name, and by whether they are verified. */
export function listAllOrganizations(
  db: Executor,
  input: OrganizationListInput | undefined,
): Promise<Page<AdminOrganization>> {
  const [query, verified] = [input?.query, input?.verified];
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listOrganizations(db, { before, limit, query, verified }),
    keyOf: (organization) => organization.id,
    present: toAdminOrganization,
  });
}

/**
 * Says that an organization is who it says it is, or takes that back; nothing where it is so already.
 * @throws DomainError `INVALID_INPUT` on `reason` when it is taken back without one, `NOT_FOUND`, `FORBIDDEN`
 */
export async function verifyOrganization(
  trx: Trx,
  caller: PersonCaller,
  { organizationId, verified = true, reason }: VerifyOrganizationInput,
): Promise<AdminOrganization> {
  if (!verified && reason === undefined)
    throw invalidField('reason', 'Say why the verification is taken back.');
  const locked = await lockOrganization(trx, organizationId);
  await lockAdministrator(trx, caller);
  if (locked === undefined) throw new DomainError('NOT_FOUND');
  if (verified !== (locked.verifiedAt !== null)) {
    await setVerifiedAt(trx, organizationId, verified ? new Date() : null);
    await recordAudit(trx, caller, verified ? 'organization.verified' : 'organization.unverified', {
      subjectId: organizationId,
      details: { reason: reason ?? null },
    });
  }
  const organization = await findOrganizationRecord(trx, organizationId);
  if (organization === undefined) throw new Error('unreachable: the organization is locked');
  return toAdminOrganization(organization);
}

function toAdminOrganization(organization: OrganizationRecord): AdminOrganization {
  const { id, name, website, address, verifiedAt, createdAt, members } = organization;
  return {
    id,
    name,
    website,
    address,
    verified: verifiedAt !== null,
    verifiedAt: verifiedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    members,
  };
}
