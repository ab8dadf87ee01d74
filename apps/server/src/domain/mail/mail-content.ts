import type { Language, LedgerAction, Membership } from '@truconn/contract';
import type { ShownPurpose } from '../../shown-purpose.ts';
import type { MailRoom } from './mail-room.ts';

/**
 * What a mail says, in no language yet: `mail/` has the words. `link` is a whole address with a token in it;
 * `hours` is how long the link works. Names and purposes were typed by people: escape them. The name of an
 * organization is nothing where nobody has verified it and it could be an advertisement.
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
    }
  | ({
      template: 'access_requested';
      name: string | null;
      organization: string | null;
      /** Whether an administrator says that it is who it says it is. */
      verified: boolean;
      category: string;
      purpose: ShownPurpose;
    } & AccessTerms)
  | ({
      template: 'access_decided';
      name: string | null;
      /** Whose data it is, if they have a name that can be shown. */
      person: string | null;
      category: string;
      action: DecidedAction;
      decidedAt: Date;
    } & AccessTerms)
  | ({
      template: 'access_allowed';
      name: string | null;
      organization: string | null;
      category: string;
      allowedAt: Date;
    } & AccessTerms)
  | {
      template: 'ends_soon';
      name: string | null;
      consents: { category: string; endsAt: Date }[];
      accesses: { organization: string | null; category: string; endsAt: Date }[];
    };

/** What a person decides about a request, as the ledger calls it. */
export const DECIDED_ACTIONS = [
  'ACCESS_APPROVED',
  'ACCESS_DENIED',
  'ACCESS_PAUSED',
  'ACCESS_RESUMED',
  'ACCESS_REVOKED',
] as const satisfies LedgerAction[];
export type DecidedAction = (typeof DECIDED_ACTIONS)[number];

/** How long and how often an access lets an organization read. */
export interface AccessTerms {
  expiresAt: Date | null;
  maxReads: number | null;
}

/** A mail that is ready to be put into words and sent. */
export interface ComposedMail {
  to: string;
  language: Language;
  content: MailContent;
  /** Sent only while there is room under this limit. */
  room?: MailRoom;
}
