import type { Executor, Trx } from '../connection.ts';
import { containing } from './search-pattern.ts';

/** An organization with the number of people who belong to it. */
export interface OrganizationRecord {
  id: string;
  name: string;
  website: string | null;
  address: string | null;
  verifiedAt: Date | null;
  createdAt: Date;
  members: number;
}

function selectOrganizations(db: Executor) {
  return db
    .selectFrom('organizations')
    .select([
      'organizations.id',
      'organizations.name',
      'organizations.website',
      'organizations.address',
      'organizations.verified_at as verifiedAt',
      'organizations.created_at as createdAt',
    ])
    .select((where) =>
      where
        .selectFrom('memberships')
        // A count is a bigint, which pg reads as text.
        .select(({ fn, cast }) => cast<number>(fn.countAll(), 'integer').as('members'))
        .whereRef('memberships.organization_id', '=', 'organizations.id')
        .as('members'),
    )
    .$narrowType<{ members: number }>();
}

/** A page of organizations, newest first. */
export async function listOrganizations(
  db: Executor,
  page: {
    before: string | undefined;
    limit: number;
    query: string | undefined;
    verified: boolean | undefined;
  },
): Promise<OrganizationRecord[]> {
  return selectOrganizations(db)
    .$if(page.before !== undefined, (query) => query.where('organizations.id', '<', page.before as string))
    .$if(page.verified !== undefined, (query) =>
      query.where('organizations.verified_at', page.verified === true ? 'is not' : 'is', null),
    )
    .$if(page.query !== undefined, (query) =>
      query.where('organizations.name', 'ilike', containing(page.query as string)),
    )
    .orderBy('organizations.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function findOrganizationRecord(
  db: Executor,
  organizationId: string,
): Promise<OrganizationRecord | undefined> {
  return selectOrganizations(db).where('organizations.id', '=', organizationId).executeTakeFirst();
}

/** Everything that changes who belongs to an organization, or what it is, comes after this lock. */
export async function lockOrganization(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('organizations')
    .select(['id', 'verified_at as verifiedAt'])
    .where('id', '=', organizationId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

export async function setVerifiedAt(
  trx: Trx,
  organizationId: string,
  verifiedAt: Date | null,
): Promise<void> {
  await trx
    .updateTable('organizations')
    .set({ verified_at: verifiedAt })
    .where('id', '=', organizationId)
    .execute();
}
