import type { Executor } from '../connection.ts';
import { type AccessRequestRecord, selectRequests } from './org-access.queries.ts';

/** An invitation that can still be accepted, with what its mail says. */
export async function findOpenInvitation(db: Executor, invitationId: string, now: Date) {
  return db
    .selectFrom('organization_invitations as invitation')
    .innerJoin('organizations as organization', 'organization.id', 'invitation.organization_id')
    .leftJoin('users as inviter', 'inviter.id', 'invitation.invited_by')
    .leftJoin('profiles as inviter_profile', 'inviter_profile.user_id', 'inviter.id')
    .leftJoin('users as invitee', 'invitee.email', 'invitation.email')
    .leftJoin('profiles as invitee_profile', 'invitee_profile.user_id', 'invitee.id')
    .select([
      'invitation.email',
      'invitation.membership',
      'organization.name as organizationName',
      'organization.verified_at as organizationVerifiedAt',
      'inviter.first_name as inviterFirstName',
      'inviter.last_name as inviterLastName',
      'inviter_profile.language as inviterLanguage',
      'invitee_profile.language as inviteeLanguage',
    ])
    .where('invitation.id', '=', invitationId)
    .where('invitation.accepted_at', 'is', null)
    .where('invitation.cancelled_at', 'is', null)
    .where('invitation.expires_at', '>', now)
    .executeTakeFirst();
}

/** How an officer application was decided; nothing while it waits. */
export async function findDecision(db: Executor, applicationId: string) {
  const row = await db
    .selectFrom('officer_applications')
    .select(['user_id as userId', 'status', 'reason'])
    .where('id', '=', applicationId)
    .where('status', '<>', 'PENDING')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { userId: row.userId, approved: row.status === 'APPROVED', reason: row.reason };
}

/** A request as mails tell of it, with the member who made it; nobody where an API key did, or they are gone. */
export interface MailedRequest extends AccessRequestRecord {
  requestedBy: string | null;
}

export async function findMailedRequest(
  db: Executor,
  requestId: string,
  now: Date,
): Promise<MailedRequest | undefined> {
  return selectRequests(db, now)
    .select('request.requested_by as requestedBy')
    .where('request.id', '=', requestId)
    .executeTakeFirst();
}
