import type { ProfileUpdateInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { type LockedCredential, lockEnabledUser } from '../../database/queries/credentials.queries.ts';
import { isSessionLive } from '../../database/queries/sessions.queries.ts';
import { chargeEmailChange, promiseEmailChange, replaceEmail } from '../auth/change-email.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import type { NumberedProfile } from '../numbered.ts';
import type { Services } from '../services.ts';
import { changeInTurn, keepAvatar, replaceAvatar } from './avatar.ts';
import { updateOwnProfile } from './update-profile.ts';

/** What an older system's client changes at once: what is absent stays, what is `null` is cleared. */
export interface AccountUpdate extends Omit<ProfileUpdateInput, 'username'> {
  email?: string | undefined;
  /** A PNG, JPEG or WebP file in base64. */
  avatar?: string | null | undefined;
}

/** An update on its way into the database. */
interface Changes {
  /** Nothing where the address stays. */
  newEmail: string | undefined;
  /** The name of a picture that is kept. */
  avatar: string | null | undefined;
  profile: ProfileUpdateInput;
}

/**
 * Changes all that is given or nothing. Another address holds at once, unverified, and the old one is told;
 * where `compat` is `strict`, it only gets a link that its owner has to open.
 * @throws DomainError `INVALID_INPUT`, `EMAIL_TAKEN`, `RATE_LIMITED`, `OVERLOADED`, `UNAVAILABLE`;
 * `UNAUTHENTICATED` when the session ended meanwhile
 */
export async function updateAccount(
  services: Services,
  caller: PersonCaller,
  { email, avatar, ...profile }: AccountUpdate,
): Promise<NumberedProfile> {
  // Clients send whole profiles back: that is no wish to undo a change which is being made at this moment.
  const newEmail = email === caller.principal.user.email ? undefined : email;
  if (newEmail !== undefined) await chargeEmailChange(services.limits, caller, newEmail);
  const change = (trx: Trx, name: string | null | undefined) =>
    changeAccount(trx, services, caller, { newEmail, avatar: name, profile });
  if (typeof avatar !== 'string') {
    return changeInTurn(services, caller, () => services.database.transact((trx) => change(trx, avatar)));
  }
  return keepAvatar(services, caller, { data: avatar, field: 'avatar' }, change);
}

async function changeAccount(
  trx: Trx,
  services: Services,
  caller: PersonCaller,
  { newEmail, avatar, profile }: Changes,
): Promise<NumberedProfile> {
  const account = await lockOwnAccount(trx, caller);
  if (newEmail !== undefined && newEmail !== account.email) {
    await changeAddress(trx, services, caller, account, newEmail);
  }
  if (avatar !== undefined) await replaceAvatar(trx, account.id, avatar);
  return updateOwnProfile(trx, services, caller, profile);
}

// No password is asked for, so the session must be good still: a new password waits for this lock, or this for it.
async function lockOwnAccount(trx: Trx, { principal }: PersonCaller): Promise<LockedCredential> {
  const account = await lockEnabledUser(trx, principal.userId);
  if (account === undefined || !(await isSessionLive(trx, principal.sessionId))) {
    throw new DomainError('UNAUTHENTICATED');
  }
  return account;
}

async function changeAddress(
  trx: Trx,
  { compat }: Services,
  caller: PersonCaller,
  account: LockedCredential,
  email: string,
): Promise<void> {
  if (compat === 'strict') {
    const emailVerified = account.emailVerifiedAt !== null;
    return promiseEmailChange(trx, caller, { ...account, emailVerified }, email);
  }
  await replaceEmail(trx, caller, account, { email, verifiedAt: null });
  await enqueueMail(trx, { kind: 'verify_email', userId: account.id, email });
}
