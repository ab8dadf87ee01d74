import type { MailAccepted, VerifiedEmail } from '@truconn/contract';
import { addressKey } from '../address-key.ts';
import type { Caller, PersonCaller } from '../caller.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import { chargeMailTarget } from '../mail/mail-target.ts';
import { redeemOwnToken } from '../mail/redeem-token.ts';
import { useMailToken } from '../mail/use-mail-token.ts';
import type { Services } from '../services.ts';
import { noteVerifiedEmail } from './note-verified-email.ts';

/**
 * Sends the caller another mail with a link that verifies their address; none when it is verified.
 * @throws DomainError `RATE_LIMITED`
 */
export async function requestEmailVerification(
  { database, limits }: Pick<Services, 'database' | 'limits'>,
  caller: PersonCaller,
): Promise<MailAccepted> {
  const { user, userId } = caller.principal;
  await limits.charge(caller, 'verification_mail', userId);
  if (user.emailVerified) return { accepted: true };
  // Nobody knows yet that it is theirs.
  await chargeMailTarget(limits, caller, user.email);
  await database.transact((trx) => enqueueMail(trx, { kind: 'verify_email', userId, email: user.email }));
  return { accepted: true };
}

/**
 * Promises the same mail for whoever is not signed in, if an enabled account has this address and has not
 * verified it. The work, and so the answer and its time, are the same if none has: the account is looked for
 * when the mail is sent.
 * @param email canonical
 * @throws DomainError `RATE_LIMITED`, whether or not there is an account
 */
export async function resendVerification(
  { database, limits }: Pick<Services, 'database' | 'limits'>,
  caller: Caller,
  email: string,
): Promise<MailAccepted> {
  await limits.charge(caller, 'verification_resend_address', addressKey(caller.ip));
  await chargeMailTarget(limits, caller, email);
  await database.transact((trx) => enqueueMail(trx, { kind: 'resend_verification', email }));
  return { accepted: true };
}

/**
 * Notes that whoever has the token reads the mailbox of its account. The token works once, and only while the
 * account has that address.
 * @throws DomainError `INVALID_INPUT` on `token`, `RATE_LIMITED`
 */
export function verifyEmail(services: Services, caller: Caller, token: string): Promise<VerifiedEmail> {
  return useMailToken(services, caller, async (trx) => {
    const { account, email } = await redeemOwnToken(trx, 'verify_email', token);
    await noteVerifiedEmail(trx, caller, account);
    return { email, emailVerified: true };
  });
}
