import {
  type ChangeEmailInput,
  canonicalUsername,
  type MailAccepted,
  type VerifiedEmail,
} from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { setEmail } from '../../database/queries/credentials.queries.ts';
import { deleteMailTokensOf } from '../../database/queries/mail-tokens.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller, PersonCaller } from '../caller.ts';
import { invalidField } from '../domain-error.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import { chargeMailTarget } from '../mail/mail-target.ts';
import { redeemToken } from '../mail/redeem-token.ts';
import { useMailToken } from '../mail/use-mail-token.ts';
import type { Services } from '../services.ts';
import { requireCurrentPassword } from './current-password.ts';
import { translateTaken } from './taken.ts';

/**
 * Sends a link to the new address, whose owner has to confirm it, and tells the old one. Nothing changes yet.
 * The answer is the same where another account has that address: only its owner learns that, by the link.
 * @throws DomainError `INVALID_CREDENTIALS` on a wrong password, `INVALID_INPUT`, `RATE_LIMITED`, `OVERLOADED`
 */
export async function changeEmail(
  services: Services,
  caller: PersonCaller,
  { newEmail, password }: ChangeEmailInput,
): Promise<MailAccepted> {
  const { user, userId } = caller.principal;
  const { credentialEpoch } = await requireCurrentPassword(services, caller, password, 'password');
  if (newEmail === user.email) throw invalidField('newEmail', 'This is the address that you have.');
  await services.limits.charge(caller, 'verification_mail', userId);
  await chargeMailTarget(services.limits, caller, newEmail);
  await services.database.transact(async (trx) => {
    await recordAudit(trx, caller, 'user.email_change_requested');
    await enqueueMail(trx, { kind: 'change_email', userId, newEmail, credentialEpoch });
    await enqueueMail(trx, { kind: 'email_change_asked', userId, oldEmail: user.email, newEmail });
  });
  return { accepted: true };
}

/**
 * Makes the address that the token's mail went to the account's own, and tells the old one. A username that
 * is the e-mail follows it; links in mails to the old address stop working.
 * @throws DomainError `INVALID_INPUT` on `token`, `EMAIL_TAKEN` when another account was faster, `RATE_LIMITED`
 */
export function confirmEmailChange(
  services: Services,
  caller: Caller,
  token: string,
): Promise<VerifiedEmail> {
  return useMailToken(services, caller, (trx) => changeConfirmedEmail(trx, caller, token));
}

async function changeConfirmedEmail(trx: Trx, caller: Caller, token: string): Promise<VerifiedEmail> {
  const { account, email } = await redeemToken(trx, 'change_email', token);
  const userId = account.id;
  const follows = account.usernameCanonical === canonicalUsername(account.email);
  await setEmail(trx, userId, {
    email,
    verifiedAt: new Date(),
    username: follows ? email : account.username,
    usernameCanonical: follows ? canonicalUsername(email) : account.usernameCanonical,
  }).catch(translateTaken);
  await deleteMailTokensOf(trx, userId, ['verify_email', 'reset_password', 'change_email']);
  await recordAudit(trx, caller, 'user.email_changed', { subjectId: userId });
  await enqueueMail(trx, { kind: 'email_changed', userId, oldEmail: account.email, newEmail: email });
  return { email, emailVerified: true };
}
