import type { MailContent } from '../../src/domain/mail/mail-content.ts';

export const PUBLIC_URL = 'https://truconn.example';
export const SAMPLE_LINK = `${PUBLIC_URL}/account/reset-password?token=${'0123456789'.repeat(4)}&a=b`;
const link = SAMPLE_LINK;
const name = 'Asha <b> Patel & Co';
const newEmail = 'new."odd"+&@example.com';
const organization = 'City & "Sons" <i>Hospital</i>';
const category = 'Health & <b>more</b>';

/** One of each; the compiler wants all of them. */
export const MAIL_SAMPLES: {
  [Template in MailContent['template']]: Extract<MailContent, { template: Template }>;
} = {
  verify_email: { template: 'verify_email', name, link, hours: 24 },
  reset_password: { template: 'reset_password', name, link, hours: 1 },
  change_email: { template: 'change_email', name, link, hours: 24, newEmail },
  email_change_asked: { template: 'email_change_asked', name, newEmail },
  email_changed: { template: 'email_changed', name, newEmail },
  password_changed: { template: 'password_changed', name },
  accept_invitation: {
    template: 'accept_invitation',
    organization,
    inviter: "Ravi O'Neil",
    membership: 'member',
    link,
    hours: 168,
  },
  officer_application_decided: {
    template: 'officer_application_decided',
    name,
    approved: false,
    reason: 'Papers < 3 are missing',
  },
  access_requested: {
    template: 'access_requested',
    name,
    organization,
    verified: false,
    category,
    purpose: { words: 'Treatment <img src=x> & "care" after your visit' },
    expiresAt: new Date('2027-03-03T12:34:56Z'),
    maxReads: 17,
  },
  access_decided: {
    template: 'access_decided',
    name,
    person: "Meera O'Neil",
    category,
    action: 'ACCESS_APPROVED',
    decidedAt: new Date('2026-12-01T08:09:00Z'),
    expiresAt: new Date('2027-03-03T12:34:56Z'),
    maxReads: 17,
  },
  access_allowed: {
    template: 'access_allowed',
    name,
    organization,
    category,
    allowedAt: new Date('2026-12-01T08:09:00Z'),
    expiresAt: new Date('2027-03-03T12:34:56Z'),
    maxReads: 17,
  },
  ends_soon: {
    template: 'ends_soon',
    name,
    consents: [{ category, endsAt: new Date('2026-12-05T10:11:00Z') }],
    accesses: [{ organization, category: 'Identity', endsAt: new Date('2026-12-06T07:08:00Z') }],
  },
};
