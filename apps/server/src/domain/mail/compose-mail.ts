import type { Language } from '@truconn/contract';
import type { Database, Trx } from '../../database/connection.ts';
import { findPerson, findPersonByEmail } from '../../database/queries/auth.queries.ts';
import { lockEnabledUser } from '../../database/queries/credentials.queries.ts';
import { findDecision, findOpenInvitation } from '../../database/queries/mail.queries.ts';
import type { PersonRecord } from '../../database/queries/person-columns.ts';
import type { MailTokenPurpose } from '../../database/tables.ts';
import { nameToShow } from '../../shown-name.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { ComposedMail, MailContent } from './mail-content.ts';
import type { MailJob } from './mail-job.ts';
import { issueMailToken, MAIL_TOKEN_HOURS } from './mail-tokens.ts';

const HOUR = 3_600_000;

/** What composing works with. */
export interface ComposeDeps {
  database: Database;
  /** Origin of the links; never a request's Host. */
  publicUrl: string;
}

type AskedMail<Kind extends MailJob['kind'] = MailJob['kind']> = Extract<MailJob, { kind: Kind }> & {
  askedAt: string;
};

/** How one kind of mail comes about; nothing when there is nothing to send any more. */
type Composer<Kind extends MailJob['kind']> = (
  trx: Trx,
  job: AskedMail<Kind>,
  publicUrl: string,
) => Promise<ComposedMail | undefined>;

const COMPOSERS: { [Kind in MailJob['kind']]: Composer<Kind> } = {
  verify_email: composeOwnVerification,
  resend_verification: async (trx, { email }, publicUrl) =>
    composeVerification(trx, await findPersonByEmail(trx, email), publicUrl),
  reset_password: composeReset,
  change_email: composeEmailChange,
  email_change_asked: composeOfChange,
  email_changed: composeOfChange,
  password_changed: (trx, { userId }) =>
    tellPerson(trx, userId, (name) => ({ template: 'password_changed', name })),
  accept_invitation: composeInvitation,
  officer_application_decided: composeDecision,
};

/**
 * Works out whom a mail goes to and what it says, and makes the token of its link. Called when the mail is
 * sent, and again when that has failed: each try has a token of its own, and all of them work.
 * @returns nothing when the mail has no addressee, or has lost its purpose since it was asked for
 */
export function composeMail(
  { database, publicUrl }: ComposeDeps,
  job: AskedMail,
): Promise<ComposedMail | undefined> {
  // The compiler cannot see that a job's kind picks the composer of that kind.
  const compose = COMPOSERS[job.kind] as Composer<MailJob['kind']>;
  return database.transact((trx) => compose(trx, job, publicUrl));
}

async function composeOwnVerification(
  trx: Trx,
  { userId, email }: AskedMail<'verify_email'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  const person = await findPerson(trx, userId);
  // The mail was counted for the address that it was asked for.
  if (email !== undefined && person?.email !== email) return undefined;
  return composeVerification(trx, person, publicUrl);
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

async function composeReset(
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

async function composeEmailChange(
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

async function composeOfChange(
  trx: Trx,
  { kind, userId, oldEmail, oldEmailVerified, newEmail }: AskedMail<'email_change_asked' | 'email_changed'>,
): Promise<ComposedMail | undefined> {
  const mail = await tellPerson(trx, userId, (name) => ({ template: kind, name, newEmail }));
  return mail && { ...mail, to: oldEmail, ifRoom: oldEmailVerified === false };
}

async function composeInvitation(
  trx: Trx,
  { invitationId }: AskedMail<'accept_invitation'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  const invitation = await findOpenInvitation(trx, invitationId, new Date());
  if (invitation === undefined) return undefined;
  const { email, membership, inviterFirstName, inviterLastName } = invitation;
  const { organization: typed, organizationVerifiedAt } = invitation;
  const link = await makeLink(trx, publicUrl, { purpose: 'accept_invitation', invitationId, email });
  // An administrator has looked at a verified one, whose name may well be a web address.
  const organization = organizationVerifiedAt === null ? nameToShow(typed) : typed;
  const inviter = nameOf({ firstName: inviterFirstName, lastName: inviterLastName });
  const language: Language = invitation.inviteeLanguage ?? invitation.inviterLanguage ?? 'en';
  const content: MailContent = { template: 'accept_invitation', organization, inviter, membership, ...link };
  return { to: email, language, content };
}

async function composeDecision(
  trx: Trx,
  { applicationId }: AskedMail<'officer_application_decided'>,
): Promise<ComposedMail | undefined> {
  const decision = await findDecision(trx, applicationId);
  if (decision === undefined) return undefined;
  const { userId, approved, reason } = decision;
  return tellPerson(trx, userId, (name) => ({
    template: 'officer_application_decided',
    name,
    approved,
    reason,
  }));
}

async function tellPerson(
  trx: Trx,
  userId: string,
  content: (name: string | null) => MailContent,
): Promise<ComposedMail | undefined> {
  const person = await findEnabledPerson(trx, userId);
  if (person === undefined) return undefined;
  return { ...addressedTo(person), content: content(nameOf(person)) };
}

async function findEnabledPerson(trx: Trx, userId: string): Promise<PersonRecord | undefined> {
  const person = await findPerson(trx, userId);
  return person?.disabledAt === null ? person : undefined;
}

const PAGES: Record<MailTokenPurpose, string> = {
  verify_email: 'verify-email',
  reset_password: 'reset-password',
  change_email: 'confirm-email',
  accept_invitation: 'accept-invitation',
};

async function makeLink(trx: Trx, publicUrl: string, subject: Parameters<typeof issueMailToken>[1]) {
  const token = await issueMailToken(trx, subject);
  return {
    link: `${publicUrl}/account/${PAGES[subject.purpose]}?token=${token}`,
    hours: MAIL_TOKEN_HOURS[subject.purpose],
  };
}

function addressedTo({ email, language }: PersonRecord): Pick<ComposedMail, 'to' | 'language'> {
  return { to: email, language };
}

function nameOf(person: { firstName: string | null; lastName: string | null }): string | null {
  return [person.firstName, person.lastName].filter(Boolean).join(' ') || null;
}
