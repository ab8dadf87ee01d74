import type { Organization } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { hasMembership, lockUsers } from '../../database/queries/admin.queries.ts';
import {
  findInvitation,
  type InvitationRecord,
  lockInvitation,
  updateInvitation,
} from '../../database/queries/invitations.queries.ts';
import { insertMember, isEnabledOwner } from '../../database/queries/members.queries.ts';
import { lockOrganization } from '../../database/queries/organizations.queries.ts';
import type { LockedAccount } from '../admin/lock-account.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { noteVerifiedEmail } from '../auth/note-verified-email.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { consumeMailToken, findMailToken, invalidMailToken } from '../mail/mail-tokens.ts';
import { useMailToken } from '../mail/use-mail-token.ts';
import type { Services } from '../services.ts';
import { isOpen } from './invitations.ts';
import { readOrganization } from './organization.ts';

/**
 * Makes the caller a member of the organization that invited their address. They read that mailbox, so the
 * address is verified too. An invitation is worth what its sender is: it works while that is an owner of the
 * organization who can sign in. A refusal leaves the token good for whom it is meant for.
 * @throws DomainError `INVALID_INPUT` on `token` when it does not work, or is for another address;
 *   `ALREADY_MEMBER` for whoever belongs to an organization; `FORBIDDEN` to whoever was disabled meanwhile;
 *   `RATE_LIMITED`
 */
export function acceptInvitation(
  services: Services,
  caller: PersonCaller,
  token: string,
): Promise<Organization> {
  return useMailToken(services, caller, async (trx) => {
    const { invitation, account } = await lockInvitationAndAccount(trx, caller, token);
    if (account.email !== invitation.email) {
      throw invalidField('token', 'This invitation is for another e-mail address; sign in with that one.');
    }
    if (await hasMembership(trx, account.id)) throw new DomainError('ALREADY_MEMBER');
    if ((await consumeMailToken(trx, 'accept_invitation', token)) === undefined) throw invalidMailToken();
    await makeMember(trx, caller, account, invitation);
    return readOrganization(trx, invitation.organizationId, invitation.membership);
  });
}

// The organization before the account, as everybody does who locks both.
async function lockInvitationAndAccount(trx: Trx, { principal }: PersonCaller, token: string) {
  const invitationId = (await findMailToken(trx, 'accept_invitation', token))?.invitationId;
  const found = invitationId ? await findInvitation(trx, invitationId) : undefined;
  if (found === undefined) throw invalidMailToken();
  await lockOrganization(trx, found.organizationId);
  const [account] = await lockUsers(trx, [principal.userId]);
  const invitation = await lockInvitation(trx, found.id);
  if (account === undefined || account.disabledAt !== null) throw new DomainError('FORBIDDEN');
  if (invitation === undefined || !isOpen(invitation)) throw invalidMailToken();
  if (!(await isSentByOwner(trx, invitation))) throw invalidMailToken();
  return { invitation, account };
}

async function isSentByOwner(trx: Trx, { organizationId, invitedBy }: InvitationRecord): Promise<boolean> {
  return invitedBy !== null && isEnabledOwner(trx, organizationId, invitedBy);
}

async function makeMember(
  trx: Trx,
  caller: PersonCaller,
  account: LockedAccount,
  { id, organizationId, membership }: InvitationRecord,
): Promise<void> {
  const now = new Date();
  await insertMember(trx, {
    user_id: account.id,
    organization_id: organizationId,
    membership,
    created_at: now,
  });
  await updateInvitation(trx, id, { accepted_at: now });
  await recordAudit(trx, caller, 'member.joined', {
    details: { organizationId, invitationId: id, membership },
  });
  await noteVerifiedEmail(trx, caller, account);
}
