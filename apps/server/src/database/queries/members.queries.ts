import type { Membership } from '@truconn/contract';
import type { Insertable } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import type { MembershipsTable } from '../tables.ts';

/** Somebody who belongs to an organization. */
export interface MemberRecord {
  userId: string;
  email: string;
  firstName: string | null;
  lastName: string | null;
  membership: Membership;
  joinedAt: Date;
}

function selectMembers(db: Executor, organizationId: string) {
  return db
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .select([
      'users.id as userId',
      'users.email',
      'users.first_name as firstName',
      'users.last_name as lastName',
      'memberships.membership',
      'memberships.created_at as joinedAt',
    ])
    .where('memberships.organization_id', '=', organizationId);
}

/** A page of an organization's members, by the age of their accounts. */
export async function listMembers(
  db: Executor,
  organizationId: string,
  page: { after: string | undefined; limit: number },
): Promise<MemberRecord[]> {
  return selectMembers(db, organizationId)
    .$if(page.after !== undefined, (query) => query.where('memberships.user_id', '>', page.after as string))
    .orderBy('memberships.user_id')
    .limit(page.limit)
    .execute();
}

/** A member of this organization; nobody for the members of others. */
export async function findMember(
  db: Executor,
  organizationId: string,
  userId: string,
): Promise<MemberRecord | undefined> {
  return selectMembers(db, organizationId).where('memberships.user_id', '=', userId).executeTakeFirst();
}

/** Whether this organization has a member with this address. */
export async function hasMemberWithEmail(
  db: Executor,
  organizationId: string,
  email: string,
): Promise<boolean> {
  const member = await selectMembers(db, organizationId).where('users.email', '=', email).executeTakeFirst();
  return member !== undefined;
}

/** Whether somebody else is an owner who can sign in. */
export async function hasOtherOwner(db: Executor, organizationId: string, userId: string): Promise<boolean> {
  const owner = await selectMembers(db, organizationId)
    .where('memberships.membership', '=', 'owner')
    .where('memberships.user_id', '<>', userId)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst();
  return owner !== undefined;
}

/** The address of the owner who has been there longest. */
export async function findFirstOwnerEmail(db: Executor, organizationId: string): Promise<string | null> {
  const owner = await selectMembers(db, organizationId)
    .where('memberships.membership', '=', 'owner')
    .orderBy('memberships.created_at')
    .orderBy('memberships.user_id')
    .limit(1)
    .executeTakeFirst();
  return owner?.email ?? null;
}

/** Whether somebody is an owner of this organization, and can sign in. */
export async function isEnabledOwner(db: Executor, organizationId: string, userId: string): Promise<boolean> {
  const owner = await selectMembers(db, organizationId)
    .where('memberships.user_id', '=', userId)
    .where('memberships.membership', '=', 'owner')
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst();
  return owner !== undefined;
}

export async function insertMember(trx: Trx, member: Insertable<MembershipsTable>): Promise<void> {
  await trx.insertInto('memberships').values(member).execute();
}

export async function updateMembership(trx: Trx, userId: string, membership: Membership): Promise<void> {
  await trx.updateTable('memberships').set({ membership }).where('user_id', '=', userId).execute();
}

export async function deleteMember(trx: Trx, userId: string): Promise<void> {
  await trx.deleteFrom('memberships').where('user_id', '=', userId).execute();
}
