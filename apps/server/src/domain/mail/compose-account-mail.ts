import type { Trx } from '../../database/connection.ts';
import { findPerson, findPersonByEmail } from '../../database/queries/auth.queries.ts';
import { lockEnabledUser } from '../../database/queries/credentials.queries.ts';
import type { PersonRecord } from '../../database/queries/person-columns.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { addressedTo, findEnabledPerson, nameOf, tellPerson } from './addressee.ts';
import type { AskedMail } from './composer.ts';
import type { ComposedMail, MailContent } from './mail-content.ts';
import { makeLink } from './mail-link.ts';
import { targetRoom } from './mail-room.ts';
import { MAIL_TOKEN_HOURS } from './mail-tokens.ts';

const HOUR = 3_600_000;

export async function composeOwnVerification(
  trx: Trx,
  { userId, email }: AskedMail<'verify_email'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  const person = await findPerson(trx, userId);
  // The mail was counted for the address that it was asked for.
  if (email !== undefined && person?.email !== email) return undefined;
  return composeVerification(trx, person, publicUrl);
}

export async function composeResentVerification(
  trx: Trx,
  { email }: AskedMail<'resend_verification'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  return composeVerification(trx, await findPersonByEmail(trx, email), publicUrl);
}

async function composeVerification(
  trx: Trx,
  person: PersonRecord | undefined,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  if (person === undefined || person.disabledAt !== null || person.emailVerifiedAt !== null) return undefined;
  const { id: userId, email } = person;
  const link = await makeLink(trx, publicUrl, { purpose: 'verify_email', userId, email });
  return { ...addressedTo(person), content: { template: 'verify_email', name: nameOf(person), ...link } };
}

export async function composeReset(
  trx: Trx,
  { email, askedAt, requestId }: AskedMail<'reset_password'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  // After a long time without a mail server nobody waits for this any more.
  const isStale = Date.now() - Date.parse(askedAt) > MAIL_TOKEN_HOURS.reset_password * HOUR;
  const person = isStale ? undefined : await findPersonByEmail(trx, email);
  if (person === undefined || person.disabledAt !== null) return undefined;
  const link = await makeLink(trx, publicUrl, { purpose: 'reset_password', userId: person.id, email });
  const caller = { requestId, ip: null, userAgent: null };
  await recordAudit(trx, caller, 'user.password_reset_mailed', { subjectId: person.id });
  return { ...addressedTo(person), content: { template: 'reset_password', name: nameOf(person), ...link } };
}

export async function composeEmailChange(
  trx: Trx,
  { userId, newEmail, credentialEpoch }: AskedMail<'change_email'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  // Under the lock of a change of the password, or of the end of all sessions: it finds this token then.
  const account = await lockEnabledUser(trx, userId);
  // Somebody else asked, with the old password or in a session: the owner has locked them out meanwhile.
  if (account?.credentialEpoch !== credentialEpoch || account.email === newEmail) return undefined;
  const person = await findEnabledPerson(trx, userId);
  if (person === undefined) return undefined;
  const link = await makeLink(trx, publicUrl, { purpose: 'change_email', userId, email: newEmail });
  const content: MailContent = { template: 'change_email', name: nameOf(person), newEmail, ...link };
  return { to: newEmail, language: person.language, content };
}

export async function composeOfChange(
  trx: Trx,
  { kind, userId, oldEmail, oldEmailVerified, newEmail }: AskedMail<'email_change_asked' | 'email_changed'>,
): Promise<ComposedMail | undefined> {
  const mail = await tellPerson(trx, userId, (name) => ({ template: kind, name, newEmail }));
  // An address that nobody has verified is perhaps a stranger's.
  const room = oldEmailVerified === false ? { room: targetRoom(oldEmail) } : {};
  return mail && { ...mail, to: oldEmail, ...room };
}
