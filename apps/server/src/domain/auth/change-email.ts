import {
  type ChangeEmailInput,
  canonicalUsername,
  type MailAccepted,
  type VerifiedEmail,
} from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { type LockedCredential, setEmail } from '../../database/queries/credentials.queries.ts';
import { deleteMailTokensOf } from '../../database/queries/mail-tokens.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller, PersonCaller } from '../caller.ts';
import { invalidField } from '../domain-error.ts';
import type { Limits } from '../limits.ts';
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
  await chargeEmailChange(services.limits, caller, newEmail);
  const account = { id: userId, email: user.email, emailVerified: user.emailVerified, credentialEpoch };
  await services.database.transact((trx) => promiseEmailChange(trx, caller, account, newEmail));
  return { accepted: true };
}

/**
 * Counts the mails that a change of address sends, before anything is looked up.
 * @throws DomainError `RATE_LIMITED`
 */
export async function chargeEmailChange(
  limits: Limits,
  caller: PersonCaller,
  newEmail: string,
): Promise<void> {
  await limits.charge(caller, 'verification_mail', caller.principal.userId);
  await chargeMailTarget(limits, caller, newEmail);
}

/** An account whose address is to change. */
interface ChangingAccount extends Pick<LockedCredential, 'id' | 'email'> {
  emailVerified: boolean;
  /** Has to stand still until the link is opened. */
  credentialEpoch: number;
}

/** Promises the new address a link that confirms it, and tells the old one. */
export async function promiseEmailChange(
  trx: Trx,
  caller: PersonCaller,
  { id: userId, email: oldEmail, emailVerified: oldEmailVerified, credentialEpoch }: ChangingAccount,
  newEmail: string,
): Promise<void> {
  await recordAudit(trx, caller, 'user.email_change_requested');
  await enqueueMail(trx, { kind: 'change_email', userId, newEmail, credentialEpoch });
  await enqueueMail(trx, { kind: 'email_change_asked', userId, oldEmail, oldEmailVerified, newEmail });
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
  await replaceEmail(trx, caller, account, { email, verifiedAt: new Date() });
  return { email, emailVerified: true };
}

/**
 * Gives a locked account another address, and tells the old one. A username that is the e-mail follows it; links
 * in mails to the old address stop working.
 * @throws DomainError `EMAIL_TAKEN`
 */
export async function replaceEmail(
  trx: Trx,
  caller: Caller | PersonCaller,
  account: LockedCredential,
  { email, verifiedAt }: { email: string; verifiedAt: Date | null },
): Promise<void> {
  const userId = account.id;
  const follows = account.usernameCanonical === canonicalUsername(account.email);
  await setEmail(trx, userId, {
    email,
    verifiedAt,
    username: follows ? email : account.username,
    usernameCanonical: follows ? canonicalUsername(email) : account.usernameCanonical,
  }).catch(translateTaken);
  await deleteMailTokensOf(trx, userId, ['verify_email', 'reset_password', 'change_email']);
  await recordAudit(trx, caller, 'user.email_changed', { subjectId: userId });
  const { email: oldEmail, emailVerifiedAt } = account;
  const oldEmailVerified = emailVerifiedAt !== null;
  await enqueueMail(trx, { kind: 'email_changed', userId, oldEmail, oldEmailVerified, newEmail: email });
}
