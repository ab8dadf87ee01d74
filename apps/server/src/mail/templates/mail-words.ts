import type { Membership } from '@truconn/contract';
import type { MailContent } from '../../domain/mail/mail-content.ts';
import type { ShownPurpose } from '../../shown-purpose.ts';

/** A paragraph of words, or a link on a line of its own. */
export type Paragraph = string | { link: string };

/** A mail in the words of one language, between the greeting and the closing. */
export interface MailWords {
  /** Never holds what a person typed: strangers can have mails sent to others. */
  subject: string;
  paragraphs: Paragraph[];
}

/** The words for each kind of content. */
export type Templates = {
  [Template in MailContent['template']]: (content: Extract<MailContent, { template: Template }>) => MailWords;
};

/** The words about access to data. */
export type AccessTemplates = Pick<
  Templates,
  'access_requested' | 'access_decided' | 'access_allowed' | 'ends_soon'
>;

/** All that one language says in mails. */
export interface LanguageWords {
  greet(name: string | null): string;
  templates: Templates;
  /** Who sends this. */
  close(publicUrl: string): string;
}

export type MembershipWords = Record<Membership, string>;

/** A time in the larger unit that fits: two days and more are said in days. */
export function inDaysOrHours(hours: number): { days: number } | { hours: number } {
  return hours >= 48 && hours % 24 === 0 ? { days: hours / 24 } : { hours };
}

/** What is said about a purpose: nothing where there is none. */
export function sayPurpose(
  purpose: ShownPurpose,
  says: { inAccount: string; quote: (words: string) => string },
): string[] {
  if (purpose === null) return [];
  return [purpose === 'in the account' ? says.inAccount : says.quote(purpose.words)];
}
