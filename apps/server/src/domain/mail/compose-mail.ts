import type { Language } from '@truconn/contract';
import type { Database, Trx } from '../../database/connection.ts';
import { findDecision, findOpenInvitation } from '../../database/queries/mail.queries.ts';
import { nameOf, organizationToShow, tellPerson } from './addressee.ts';
import {
  composeAccessAllowed,
  composeAccessDecided,
  composeAccessRequested,
  composeEndsSoon,
} from './compose-access-mail.ts';
import {
  composeEmailChange,
  composeOfChange,
  composeOwnVerification,
  composeResentVerification,
  composeReset,
} from './compose-account-mail.ts';
import type { AskedMail, Composer } from './composer.ts';
import type { ComposedMail, MailContent } from './mail-content.ts';
import type { MailJob } from './mail-job.ts';
import { makeLink } from './mail-link.ts';

/** What composing works with. */
export interface ComposeDeps {
  database: Database;
  /** Origin of the links; never a request's Host. */
  publicUrl: string;
}

const COMPOSERS: { [Kind in MailJob['kind']]: Composer<Kind> } = {
  verify_email: composeOwnVerification,
  resend_verification: composeResentVerification,
  reset_password: composeReset,
  change_email: composeEmailChange,
  email_change_asked: composeOfChange,
  email_changed: composeOfChange,
  password_changed: (trx, { userId }) =>
    tellPerson(trx, userId, (name) => ({ template: 'password_changed', name })),
  accept_invitation: composeInvitation,
  officer_application_decided: composeDecision,
  access_requested: composeAccessRequested,
  access_decided: composeAccessDecided,
  access_allowed: composeAccessAllowed,
  ends_soon: composeEndsSoon,
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

async function composeInvitation(
  trx: Trx,
  { invitationId }: AskedMail<'accept_invitation'>,
  publicUrl: string,
): Promise<ComposedMail | undefined> {
  const invitation = await findOpenInvitation(trx, invitationId, new Date());
  if (invitation === undefined) return undefined;
  const { email, membership, inviterFirstName, inviterLastName } = invitation;
  const link = await makeLink(trx, publicUrl, { purpose: 'accept_invitation', invitationId, email });
  const organization = organizationToShow(invitation);
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
