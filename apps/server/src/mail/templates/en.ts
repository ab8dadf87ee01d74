// ASCII alone: such a mail goes unencoded, and its file in the outbox can be read as it is.
import { accessTemplates } from './access-en.ts';
import { inDaysOrHours, type LanguageWords, type MembershipWords, type Templates } from './mail-words.ts';

const MEMBERSHIPS: MembershipWords = { owner: 'an owner', member: 'a member' };

function sayHowLong(hours: number): string {
  const time = inDaysOrHours(hours);
  const words = 'days' in time ? `${time.days} days` : `${time.hours} ${time.hours === 1 ? 'hour' : 'hours'}`;
  return `The link works for ${words}, and only once.`;
}

function callOrganization(name: string | null): string {
  return name === null ? 'an organization' : `"${name}"`;
}

const templates: Templates = {
  verify_email: ({ link, hours }) => ({
    subject: 'Confirm your e-mail address',
    paragraphs: [
      'Somebody, probably you, gave this address for an account with TruConn. To confirm that it is yours, open this page:',
      { link },
      sayHowLong(hours),
      'If it was not you, you need not do anything: without the link nobody can confirm this address.',
    ],
  }),
  reset_password: ({ link, hours }) => ({
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody, probably you, asked for a new password for your account with TruConn. To choose one, open this page:',
      { link },
      sayHowLong(hours),
      'If it was not you, you need not do anything: your password stays as it is. Give the link to nobody: whoever has it can change your password.',
    ],
  }),
  change_email: ({ link, hours, newEmail }) => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      `The e-mail address of an account with TruConn is to become ${newEmail}. To confirm that, open this page:`,
      { link },
      sayHowLong(hours),
      'If you did not ask for this, you need not do anything: the account keeps its old address.',
    ],
  }),
  email_change_asked: ({ newEmail }) => ({
    subject: 'A new e-mail address was asked for',
    paragraphs: [
      `Somebody, probably you, asked to change the e-mail address of your account with TruConn from this one to ${newEmail}. It changes when that is confirmed from the new address.`,
      'If it was not you, somebody may know your password: sign in and change it at once.',
    ],
  }),
  email_changed: ({ newEmail }) => ({
    subject: 'Your e-mail address was changed',
    paragraphs: [
      `The e-mail address of your account with TruConn is ${newEmail} now. Nobody can sign in with this old one any more.`,
      'If it was not you, turn to the people who run this TruConn at once.',
    ],
  }),
  password_changed: () => ({
    subject: 'Your password was changed',
    paragraphs: [
      'The password of your account with TruConn was changed.',
      'If it was not you, ask for a new password where you sign in, at once, and tell the people who run this TruConn.',
    ],
  }),
  accept_invitation: ({ organization, inviter, membership, link, hours }) => ({
    subject: 'You are invited to an organization',
    paragraphs: [
      inviter === null
        ? `You are invited to join ${callOrganization(organization)} on TruConn as ${MEMBERSHIPS[membership]}.`
        : `${inviter} invites you to join ${callOrganization(organization)} on TruConn as ${MEMBERSHIPS[membership]}.`,
      'To accept, sign in to the account with this e-mail address, or make one, and open this page:',
      { link },
      sayHowLong(hours),
      'If you do not know the organization, you need not do anything.',
    ],
  }),
  officer_application_decided: ({ approved, reason }) => ({
    subject: 'Your application to become an officer',
    paragraphs: [
      `Your application to become an officer was ${approved ? 'approved' : 'not approved'}.`,
      ...(reason === null ? [] : [`The reason given: ${reason}`]),
    ],
  }),
  ...accessTemplates,
};

export const en: LanguageWords = {
  greet: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  templates,
  close: (publicUrl) =>
    `This mail was sent by TruConn at ${publicUrl}. A program wrote it, and nobody reads answers to it.`,
};
