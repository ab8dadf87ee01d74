import type { Membership } from '@truconn/contract';
import type { Insertable, Updateable } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import type { OrganizationInvitationsTable } from '../tables.ts';

/** An invitation, whatever has become of it. */
export interface InvitationRecord {
  id: string;
  organizationId: string;
  email: string;
  membership: Membership;
  invitedAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  cancelledAt: Date | null;
}

function selectInvitations(db: Executor) {
  return db
    .selectFrom('organization_invitations')
    .select([
      'id',
      'organization_id as organizationId',
      'email',
      'membership',
      'invited_at as invitedAt',
      'expires_at as expiresAt',
      'accepted_at as acceptedAt',
      'cancelled_at as cancelledAt',
    ]);
}

/** A page of the invitations that can still be accepted, newest first. */
export async function listOpenInvitations(
  db: Executor,
  organizationId: string,
  page: { before: string | undefined; limit: number; now: Date },
): Promise<InvitationRecord[]> {
  return selectInvitations(db)
    .where('organization_id', '=', organizationId)
    .where('accepted_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .where('expires_at', '>', page.now)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before as string))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function findInvitation(
  db: Executor,
  invitationId: string,
): Promise<InvitationRecord | undefined> {
  return selectInvitations(db).where('id', '=', invitationId).executeTakeFirst();
}

/** The one invitation of this address that is neither accepted nor cancelled; it may have run out. */
export async function findWaitingInvitation(
  db: Executor,
  organizationId: string,
  email: string,
): Promise<InvitationRecord | undefined> {
  return selectInvitations(db)
    .where('organization_id', '=', organizationId)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .executeTakeFirst();
}

export async function insertInvitation(
  trx: Trx,
  invitation: Insertable<OrganizationInvitationsTable>,
): Promise<void> {
  await trx.insertInto('organization_invitations').values(invitation).execute();
}

export async function updateInvitation(
  trx: Trx,
  invitationId: string,
  changes: Updateable<OrganizationInvitationsTable>,
): Promise<void> {
  await trx.updateTable('organization_invitations').set(changes).where('id', '=', invitationId).execute();
}
