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
  /** Whoever sent it last; nobody once that account is deleted. */
  invitedBy: string | null;
  invitedAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  cancelledAt: Date | null;
}

const COLUMNS = [
  'id',
  'organization_id as organizationId',
  'email',
  'membership',
  'invited_by as invitedBy',
  'invited_at as invitedAt',
  'expires_at as expiresAt',
  'accepted_at as acceptedAt',
  'cancelled_at as cancelledAt',
] as const;

function selectInvitations(db: Executor) {
  return db.selectFrom('organization_invitations').select(COLUMNS);
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

/** The same under lock: what cancels somebody's invitations, or deletes old ones, may be under way. */
export async function lockInvitation(trx: Trx, invitationId: string): Promise<InvitationRecord | undefined> {
  return selectInvitations(trx).where('id', '=', invitationId).forNoKeyUpdate().executeTakeFirst();
}

/** Locks the one invitation of this address that is neither accepted nor cancelled; it may have run out. */
export async function lockWaitingInvitation(
  trx: Trx,
  organizationId: string,
  email: string,
): Promise<InvitationRecord | undefined> {
  return selectInvitations(trx)
    .where('organization_id', '=', organizationId)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .forNoKeyUpdate()
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

/** Cancels all that somebody has sent and that can still be accepted. @returns what was cancelled */
export async function cancelInvitationsBy(
  trx: Trx,
  inviterId: string,
  now: Date,
): Promise<InvitationRecord[]> {
  return trx
    .updateTable('organization_invitations')
    .set({ cancelled_at: now })
    .where('invited_by', '=', inviterId)
    .where('accepted_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(COLUMNS)
    .execute();
}

/** Deletes what was accepted or cancelled, or has run out, up to this moment; tokens of its mails go with it. */
export async function deleteEndedInvitations(db: Executor, until: Date): Promise<void> {
  await db
    .deleteFrom('organization_invitations')
    .where(
      ({ fn, ref }) => fn('least', [ref('accepted_at'), ref('cancelled_at'), ref('expires_at')]),
      '<=',
      until,
    )
    .execute();
}
