import type { EndedSessions, MailAccepted, ResetPasswordInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { findPerson } from '../../database/queries/auth.queries.ts';
import { setPasswordHash } from '../../database/queries/credentials.queries.ts';
import { deleteMailTokensOf } from '../../database/queries/mail-tokens.queries.ts';
import { deleteSessions } from '../../database/queries/sessions.queries.ts';
import { addressKey } from '../address-key.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller } from '../caller.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import { mailTargetKey } from '../mail/mail-target.ts';
import { findMailToken, invalidMailToken } from '../mail/mail-tokens.ts';
import { redeemOwnToken } from '../mail/redeem-token.ts';
import { chargeMailToken, refundMailToken } from '../mail/use-mail-token.ts';
import type { Services } from '../services.ts';
import { recoveredKey } from './find-account.ts';
import { noteVerifiedEmail } from './note-verified-email.ts';
import { type PasswordPolicy, requireStrongPassword, STRICT_POLICY } from './password-policy.ts';

/**
 * Promises a mail with a link that sets a new password, if an enabled account has this address. The work, and
 * so the answer and its time, are the same if none has: the account is looked for when the mail is sent
 * (ASVS 5.0.0 6.3.8, 6.4.3).
 * @param email canonical
 * @throws DomainError `RATE_LIMITED`, whether or not there is an account
 */
export async function requestPasswordReset(
  { database, limits }: Pick<Services, 'database' | 'limits'>,
  caller: Caller,
  email: string,
): Promise<MailAccepted> {
  await limits.charge(caller, 'reset_mail_address', addressKey(caller.ip));
  await limits.charge(caller, 'reset_mail', mailTargetKey(email));
  await database.transact(async (trx) => {
    await recordAudit(trx, caller, 'user.password_reset_requested');
    await enqueueMail(trx, { kind: 'reset_password', email, requestId: caller.requestId });
  });
  return { accepted: true };
}

/**
 * Sets a new password with the token of a mail, and ends every session of the account, one that is being
 * opened with the old password at this moment included. A password that the policy refuses leaves the token
 * as it was. Whoever was kept waiting by somebody else's guesses can sign in at once.
 * @throws DomainError `INVALID_INPUT` on `token` or `newPassword`, `RATE_LIMITED`, `OVERLOADED`
 */
export async function resetPassword(
  services: Services,
  caller: Caller,
  { token, newPassword }: ResetPasswordInput,
  policy: PasswordPolicy = STRICT_POLICY,
): Promise<EndedSessions> {
  await chargeMailToken(services.limits, caller);
  const userId = await requireUsableToken(services, token, newPassword, policy);
  const passwordHash = await services.passwords.hash(newPassword);
  const ended = await services.database.transact((trx) => replacePassword(trx, caller, token, passwordHash));
  await refundMailToken(services.limits, caller);
  await services.limits.forget('sign_in_account', userId);
  // Guesses that go on would use those tries up at once.
  await services.limits.grant('sign_in_recovered', recoveredKey(userId, caller));
  return ended;
}

// Before the hash: a bad token costs no more than a look-up.
async function requireUsableToken(
  { database }: Services,
  token: string,
  newPassword: string,
  policy: PasswordPolicy,
): Promise<string> {
  const subject = await findMailToken(database.kysely, 'reset_password', token);
  const person = subject?.userId ? await findPerson(database.kysely, subject.userId) : undefined;
  if (person === undefined || person.email !== subject?.email) throw invalidMailToken();
  const { id, email, username, firstName, lastName, organizationName } = person;
  const names = [firstName, lastName, organizationName];
  requireStrongPassword(newPassword, { email, username, names }, 'newPassword', policy);
  return id;
}

async function replacePassword(
  trx: Trx,
  caller: Caller,
  token: string,
  passwordHash: string,
): Promise<EndedSessions> {
  const { account } = await redeemOwnToken(trx, 'reset_password', token);
  const userId = account.id;
  await noteVerifiedEmail(trx, caller, account);
  await setPasswordHash(trx, userId, passwordHash);
  const endedSessions = await deleteSessions(trx, userId);
  // Whoever asked for another address with the old password must not get it.
  await deleteMailTokensOf(trx, userId, ['reset_password', 'change_email']);
  await recordAudit(trx, caller, 'user.password_reset', { subjectId: userId, details: { endedSessions } });
  await enqueueMail(trx, { kind: 'password_changed', userId });
  return { endedSessions };
}
