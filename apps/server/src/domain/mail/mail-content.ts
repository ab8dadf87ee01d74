import type { Language, Membership } from '@truconn/contract';

/**
 * What a mail says, in no language yet: `mail/` has the words. `link` is a whole address with a token in it;
 * `hours` is how long the link works. Names and purposes were typed by people: escape them.
 */
export type MailContent =
  | { template: 'verify_email'; name: string | null; link: string; hours: number }
  | { template: 'reset_password'; name: string | null; link: string; hours: number }
  | { template: 'change_email'; name: string | null; link: string; hours: number; newEmail: string }
  | { template: 'email_change_asked'; name: string | null; newEmail: string }
  | { template: 'email_changed'; name: string | null; newEmail: string }
  | { template: 'password_changed'; name: string | null }
  | {
      template: 'accept_invitation';
      /** Nothing where nobody has verified it and its name could be an advertisement. */
      organization: string | null;
      /** Who invites, if they have a name. */
      inviter: string | null;
      membership: Membership;
      link: string;
      hours: number;
    }
  | {
      template: 'officer_application_decided';
      name: string | null;
      approved: boolean;
      reason: string | null;
    };

/** A mail that is ready to be put into words and sent. */
export interface ComposedMail {
  to: string;
  language: Language;
  content: MailContent;
  /** Sent only while this address has had few mails: it is perhaps a stranger's (`takeMailTarget`). */
  ifRoom?: boolean;
}
