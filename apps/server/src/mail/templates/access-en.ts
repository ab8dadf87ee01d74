// ASCII alone, like the other mails in English.

import type { AccessTerms, DecidedAction } from '../../domain/mail/mail-content.ts';
import { type AccessTemplates, sayPurpose } from './mail-words.ts';
import { sayMoment } from './say-moment.ts';

const CHOICE = "You can choose which of these mails you get in your account's settings.";

const say = (moment: Date) => sayMoment('en', moment);

function sayTerms({ expiresAt, maxReads }: AccessTerms, untilEnded: string): string {
  const until = expiresAt === null ? untilEnded : `until ${say(expiresAt)}`;
  if (maxReads === null) return until;
  return `${until}, ${maxReads === 1 ? 'once' : `at most ${maxReads} times`}`;
}

function sayDecision(action: DecidedAction, category: string): string {
  const data = `data of the category "${category}"`;
  const words: Record<DecidedAction, string> = {
    ACCESS_APPROVED: `approved your request for ${data}`,
    ACCESS_DENIED: `refused your request for ${data}`,
    ACCESS_PAUSED: `paused your organization's access to ${data}`,
    ACCESS_RESUMED: `resumed your organization's access to ${data}`,
    ACCESS_REVOKED: `ended your request for ${data}`,
  };
  return words[action];
}

function sayWhatFollows(action: DecidedAction, terms: AccessTerms): string {
  const words: Record<DecidedAction, string> = {
    ACCESS_APPROVED: `Your organization can see this ${sayTerms(terms, 'until the person ends it')}.`,
    ACCESS_DENIED: 'Your organization cannot see this.',
    ACCESS_PAUSED: 'Your organization cannot see this until the person resumes it.',
    ACCESS_RESUMED: 'Your organization can see this again.',
    ACCESS_REVOKED: 'Your organization cannot see this any more.',
  };
  return words[action];
}

export const accessTemplates: AccessTemplates = {
  access_requested: ({ organization, verified, category, purpose, ...terms }) => ({
    subject: 'An organization asks to see your data',
    paragraphs: [
      `${organization === null ? 'An organization' : `"${organization}"`} asks to see your data of the category "${category}" on TruConn.`,
      ...(verified ? [] : ['Nobody has checked yet who this organization is.']),
      ...sayPurpose(purpose, {
        inAccount: 'Why it asks is written beside the request in your account.',
        quote: (words) => `Why it asks, in its own words: "${words}"`,
      }),
      `If you approve, it can see this ${sayTerms(terms, 'until you end it')}.`,
      'Unless you approve, it sees no more than your name. To approve or refuse, sign in to TruConn and look at your requests. If you do not want this, you need not do anything.',
      CHOICE,
    ],
  }),
  access_decided: ({ person, category, action, decidedAt, ...terms }) => ({
    subject: 'A request of your organization was decided',
    paragraphs: [
      `${person ?? 'The person you asked'} ${sayDecision(action, category)} on ${say(decidedAt)}.`,
      sayWhatFollows(action, terms),
      CHOICE,
    ],
  }),
  access_allowed: ({ organization, category, allowedAt, ...terms }) => ({
    subject: 'You let an organization see your data',
    paragraphs: [
      `On ${say(allowedAt)}, ${organization === null ? 'an organization' : `"${organization}"`} was given access to your data of the category "${category}" on TruConn, ${sayTerms(terms, 'until you end it')}.`,
      'If it was you, you need not do anything. You can pause or end this access in your account at any time.',
      'If it was not you, somebody else uses your account: sign in, end this access and change your password at once.',
    ],
  }),
  ends_soon: ({ consents, accesses }) => ({
    subject: 'What you have allowed ends soon',
    paragraphs: [
      'On TruConn, this ends by itself within the next days:',
      ...consents.map(
        ({ category, endsAt }) =>
          `Your consent to the category "${category}", and with it all access to this data: ${say(endsAt)}`,
      ),
      ...accesses.map(
        ({ organization, category, endsAt }) =>
          `The access of ${organization === null ? 'an organization' : `"${organization}"`} to the category "${category}": ${say(endsAt)}`,
      ),
      'If you want a consent to go on, give it again in your account. The access of an organization cannot be prolonged: it has to ask again. If you do not want that, you need not do anything.',
      CHOICE,
    ],
  }),
};
