import type { ComposedMail } from '../domain/mail/mail-content.ts';
import type { Settings } from '../settings.ts';
import { createOutbox } from './outbox.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

/** A composed mail and the job that it comes from. */
export interface OutgoingMail extends ComposedMail {
  /** With `askedAt`, what is the same at each try. */
  jobId: string;
  /** When the mail was asked for, ISO 8601. */
  askedAt: string;
}

export interface SendResult {
  /** The SMTP status with which a server refused this mail for good; it will not be taken later either. */
  refusedWith?: number;
}

/** What takes mails away; it throws when another try may go better. */
export interface Mailer {
  send(mail: OutgoingMail, signal: AbortSignal): Promise<SendResult>;
}

export type MailSettings = Pick<Settings, 'smtpUrl' | 'mailFrom' | 'publicUrl'>;

/**
 * The mailer that the settings name: `SMTP_URL`, or files in the outbox where there is none.
 * @param openOutbox makes the directory above the outbox where it is missing, and gives its path
 */
export function createMailer(settings: MailSettings, openOutbox: () => Promise<string>): Mailer {
  return settings.smtpUrl === undefined
    ? createOutbox(settings, openOutbox)
    : createSmtpMailer(settings, settings.smtpUrl);
}
