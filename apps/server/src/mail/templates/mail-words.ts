import type { Membership } from '@truconn/contract';
import type { MailContent } from '../../domain/mail/mail-content.ts';

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
