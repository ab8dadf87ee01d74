import type { Member, Page, PageInput, RemovedMember, SetMembershipInput } from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { lockUsers } from '../../database/queries/admin.queries.ts';
import {
  deleteMember,
  findMember,
  hasOtherOwner,
  listMembers,
  type MemberRecord,
  updateMembership,
} from '../../database/queries/members.queries.ts';
import { writeRole } from '../admin/write-role.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { MemberCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { listPage, uuidKey } from '../paging.ts';
import { cancelInvitationsOf, cancelInvitationTo } from './invitations.ts';
import { lockMembers, lockMembersAsOwner } from './lock-members.ts';

/** Everybody who belongs to the caller's organization, by the age of their accounts. */
export function listOwnMembers(
  db: Executor,
  { organization }: MemberCaller,
  input: PageInput | undefined,
): Promise<Page<Member>> {
  return listPage(input, {
    key: uuidKey,
    read: (bounds) => listMembers(db, organization.id, bounds),
    keyOf: (member) => member.userId,
    present: toMember,
  });
}

/**
 * Ends a membership: an owner's act on anybody of the organization, or one's own leaving. Cancels what the
 * person has invited others with, and an invitation of their own address: no way back in is left. An account with
 * the role ORGANIZATION becomes a CITIZEN, because that role is for members alone. It only takes away, so it asks for no verified address.
 * @throws DomainError `FORBIDDEN` to whoever is no owner and means somebody else, `NOT_FOUND`, `LAST_OWNER`
 */
export async function removeMember(trx: Trx, caller: MemberCaller, userId: string): Promise<RemovedMember> {
  const { organization, principal } = caller;
  const isLeaving = userId === principal.userId;
  await (isLeaving ? lockMembers : lockMembersAsOwner)(trx, caller);
  const member = await requireMember(trx, caller, userId);
  await refuseLastOwner(trx, caller, member);
  const [account] = await lockUsers(trx, [userId]);
  if (account === undefined) throw new DomainError('NOT_FOUND');
  await deleteMember(trx, userId);
  await recordAudit(trx, caller, 'member.removed', {
    subjectId: userId,
    details: { organizationId: organization.id, membership: member.membership },
  });
  await cancelInvitationsOf(trx, caller, userId);
  await cancelInvitationTo(trx, caller, account.email);
  if (account.role === 'ORGANIZATION') {
    await writeRole(trx, caller, account, 'CITIZEN', { organizationId: organization.id });
  }
  return { userId };
}

/**
 * Makes a member an owner, or an owner a member; nothing where it is so already. Cancels what an owner has
 * invited others with.
 * @throws DomainError `FORBIDDEN` to whoever is no owner, `NOT_FOUND`, `LAST_OWNER`
 */
export async function setMembership(
  trx: Trx,
  caller: MemberCaller,
  { userId, membership }: SetMembershipInput,
): Promise<Member> {
  await lockMembersAsOwner(trx, caller);
  const member = await requireMember(trx, caller, userId);
  if (member.membership !== membership) {
    await refuseLastOwner(trx, caller, member);
    await updateMembership(trx, userId, membership);
    await recordAudit(trx, caller, 'member.membership_changed', {
      subjectId: userId,
      details: { organizationId: caller.organization.id, before: member.membership, after: membership },
    });
    await cancelInvitationsOf(trx, caller, userId);
  }
  return toMember({ ...member, membership });
}

async function requireMember(
  trx: Trx,
  { organization }: MemberCaller,
  userId: string,
): Promise<MemberRecord> {
  const member = await findMember(trx, organization.id, userId);
  if (member === undefined) throw new DomainError('NOT_FOUND');
  return member;
}

// Somebody who can sign in has to be left to invite, verify and hand on: a disabled owner is none.
async function refuseLastOwner(
  trx: Trx,
  { organization }: MemberCaller,
  member: MemberRecord,
): Promise<void> {
  if (member.membership !== 'owner') return;
  if (!(await hasOtherOwner(trx, organization.id, member.userId))) throw new DomainError('LAST_OWNER');
}

function toMember({ userId, email, firstName, lastName, membership, joinedAt }: MemberRecord): Member {
  return { user: { id: userId, email, firstName, lastName }, membership, joinedAt: joinedAt.toISOString() };
}
