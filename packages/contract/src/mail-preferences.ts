import { z } from 'zod';

/** What a person can be told of by mail, besides what guards the account. */
export const MAIL_TOPICS = ['requests', 'decisions', 'endings'] as const;
/**
 * `requests`: an organization asks. `decisions`: a request was decided. `endings`: a consent or an access is about to
 * end.
 */
export type MailTopic = (typeof MAIL_TOPICS)[number];

/**
 * Which mails a person gets. What guards the account is mailed whatever they say: a new password or address, and each
 * access that is opened in their name.
 */
export interface MailPreferences {
  /** An organization asks for their data. */
  requests: boolean;
  /** What they have asked for, as a member of an organization, was decided. */
  decisions: boolean;
  /** A consent of theirs, or an access that they approved, ends within three days. */
  endings: boolean;
}

/** What `profile.mailPreferences.set` takes; what is left out stays as it is. */
export interface MailPreferencesInput {
  requests?: boolean | undefined;
  decisions?: boolean | undefined;
  endings?: boolean | undefined;
}

export const mailPreferencesSchema: z.ZodType<MailPreferences> = z.object({
  requests: z.boolean(),
  decisions: z.boolean(),
  endings: z.boolean(),
});

export const mailPreferencesInputSchema: z.ZodType<MailPreferencesInput, MailPreferencesInput> =
  z.strictObject({
    requests: z.boolean().optional(),
    decisions: z.boolean().optional(),
    endings: z.boolean().optional(),
  });
