import type { Invitation, InviteInput, Page, PageInput } from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  cancelInvitationsBy,
  type InvitationRecord,
  insertInvitation,
  listOpenInvitations,
  lockInvitation,
  lockWaitingInvitation,
  updateInvitation,
} from '../../database/queries/invitations.queries.ts';
import { hasMemberWithEmail } from '../../database/queries/members.queries.ts';
import { type AuditAction, recordAudit } from '../audit/record-audit.ts';
import type { MemberCaller, PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import { MAIL_TOKEN_HOURS } from '../mail/mail-tokens.ts';
import { listPage, uuidKey } from '../paging.ts';
import { lockMembersAsOwner } from './lock-members.ts';

const HOUR = 3_600_000;

/** The open invitations of the caller's organization, newest first. */
export function listOwnInvitations(
  db: Executor,
  { organization }: MemberCaller,
  input: PageInput | undefined,
): Promise<Page<Invitation>> {
  const now = new Date();
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listOpenInvitations(db, organization.id, { before, limit, now }),
    keyOf: (invitation) => invitation.id,
    present: toInvitation,
  });
}

/**
 * Invites an address by mail, for 168 hours. An address that is invited already is sent another mail, and has
 * that time anew, from the caller. Says nothing about whether there is an account, or of whom else it may be a
 * member.
 * @throws DomainError `FORBIDDEN` to whoever is no owner, `ALREADY_MEMBER` for one of this organization
 */
export async function inviteMember(trx: Trx, caller: MemberCaller, input: InviteInput): Promise<Invitation> {
  const { organization, principal } = caller;
  await lockMembersAsOwner(trx, caller);
  if (await hasMemberWithEmail(trx, organization.id, input.email)) {
    throw new DomainError('ALREADY_MEMBER', { message: 'This address belongs to a member already.' });
  }
  const waiting = await lockWaitingInvitation(trx, organization.id, input.email);
  const now = new Date();
  const written = {
    membership: input.membership ?? waiting?.membership ?? 'member',
    invited_by: principal.userId,
    invited_at: now,
    expires_at: new Date(now.getTime() + MAIL_TOKEN_HOURS.accept_invitation * HOUR),
  };
  const id = waiting?.id ?? uuidv7();
  if (waiting === undefined) {
    await insertInvitation(trx, { id, organization_id: organization.id, email: input.email, ...written });
  } else {
    await updateInvitation(trx, id, written);
  }
  await enqueueMail(trx, { kind: 'accept_invitation', invitationId: id });
  const invitation = await requireInvitation(trx, caller, id);
  await recordInvitation(trx, caller, 'member.invited', invitation);
  return toInvitation(invitation);
}

/**
 * Makes an invitation's links worthless; nothing where it is cancelled already. It only takes away, so it asks
 * for no verified address.
 * @throws DomainError `FORBIDDEN` to whoever is no owner, `NOT_FOUND`, `INVALID_TRANSITION` once it is accepted
 */
export async function cancelInvitation(
  trx: Trx,
  caller: MemberCaller,
  invitationId: string,
): Promise<Invitation> {
  await lockMembersAsOwner(trx, caller);
  const invitation = await requireInvitation(trx, caller, invitationId);
  if (invitation.acceptedAt !== null) throw new DomainError('INVALID_TRANSITION');
  if (invitation.cancelledAt === null) await cancel(trx, caller, invitation);
  return toInvitation(invitation);
}

/**
 * Makes worthless for good what somebody has invited people with, because an invitation is as good as the word
 * of its owner: they could come back through it.
 */
export async function cancelInvitationsOf(trx: Trx, caller: PersonCaller, inviterId: string): Promise<void> {
  for (const invitation of await cancelInvitationsBy(trx, inviterId, new Date())) {
    await recordInvitation(trx, caller, 'member.invitation_cancelled', invitation);
  }
}

/**
 * The same for the invitation of an address, which somebody who goes could come back through: it may have become
 * theirs after it was invited.
 */
export async function cancelInvitationTo(trx: Trx, caller: MemberCaller, email: string): Promise<void> {
  const waiting = await lockWaitingInvitation(trx, caller.organization.id, email);
  if (waiting !== undefined) await cancel(trx, caller, waiting);
}

/** True while an invitation can be accepted. */
export function isOpen({ acceptedAt, cancelledAt, expiresAt }: InvitationRecord): boolean {
  return acceptedAt === null && cancelledAt === null && expiresAt > new Date();
}

async function cancel(trx: Trx, caller: MemberCaller, invitation: InvitationRecord): Promise<void> {
  await updateInvitation(trx, invitation.id, { cancelled_at: new Date() });
  await recordInvitation(trx, caller, 'member.invitation_cancelled', invitation);
}

async function requireInvitation(
  trx: Trx,
  { organization }: MemberCaller,
  invitationId: string,
): Promise<InvitationRecord> {
  const invitation = await lockInvitation(trx, invitationId);
  if (invitation?.organizationId !== organization.id) throw new DomainError('NOT_FOUND');
  return invitation;
}

// The address stays out of the log: it may be that of somebody who never wanted to be known here.
async function recordInvitation(
  trx: Trx,
  caller: PersonCaller,
  action: Extract<AuditAction, 'member.invited' | 'member.invitation_cancelled'>,
  { id, organizationId, membership }: InvitationRecord,
): Promise<void> {
  await recordAudit(trx, caller, action, {
    subjectId: organizationId,
    details: { organizationId, invitationId: id, membership },
  });
}

function toInvitation({ id, email, membership, invitedAt, expiresAt }: InvitationRecord): Invitation {
  return { id, email, membership, invitedAt: invitedAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
