import type { Trx } from '../../database/connection.ts';
import type { Endings } from '../../database/queries/endings.queries.ts';
import { enqueueJob } from '../../database/queries/jobs.queries.ts';
import type { DecidedAction } from './mail-content.ts';

/**
 * A mail to be sent, as the job runner's queue keeps it: ids and addresses, and never a token. What it says
 * is worked out when it is sent (`compose-mail.ts`), so that asking for a mail costs the same whether or not
 * there is an account.
 */
export type MailJob =
  /** To this address, if it is still the person's and unverified; older versions left the address out. */
  | { kind: 'verify_email'; userId: string; email?: string }
  /** The same to an address that somebody typed; nobody's address gets no mail. */
  | { kind: 'resend_verification'; email: string }
  /** To an address that somebody typed; nobody's address gets no mail. */
  | { kind: 'reset_password'; email: string; requestId: string }
  /** To the new address, for its owner to confirm; void once the account has another epoch. */
  | { kind: 'change_email'; userId: string; newEmail: string; credentialEpoch: number }
  /** To the old address, when the change is asked for. */
  | ({ kind: 'email_change_asked' } & ChangeOfEmail)
  /** To the old address, when the change is done. */
  | ({ kind: 'email_changed' } & ChangeOfEmail)
  | { kind: 'password_changed'; userId: string }
  | { kind: 'accept_invitation'; invitationId: string }
  | { kind: 'officer_application_decided'; applicationId: string }
  /** To the person whose data an organization asks for; void once it is decided. */
  | { kind: 'access_requested'; requestId: string }
  /** To the member who asked. It tells what happened at that moment, whatever came after it. */
  | { kind: 'access_decided'; requestId: string; action: DecidedAction; decidedAt: string }
  /** To the person in whose name an access was opened, so that nobody does that unseen. */
  | { kind: 'access_allowed'; requestId: string; allowedAt: string }
  | ({ kind: 'ends_soon'; userId: string } & Endings);

/** What the old address is told. */
export interface ChangeOfEmail {
  userId: string;
  oldEmail: string;
  /** False: the old address is perhaps a stranger's. Older versions left it out and told every address. */
  oldEmailVerified?: boolean;
  newEmail: string;
}

/** The runner's name for all of them. */
export const SEND_MAIL = 'send_mail';

// With the runner's growing delays (e¹, e², … at most e¹⁰ seconds) the last try is about a day after the first.
const MAX_ATTEMPTS = 13;

/** Promises a mail in the transaction that causes it. */
export async function enqueueMail(trx: Trx, job: MailJob): Promise<void> {
  await enqueueJob(
    trx,
    SEND_MAIL,
    { ...job, askedAt: new Date().toISOString() },
    { maxAttempts: MAX_ATTEMPTS },
  );
}
