import { createHash, randomBytes } from 'node:crypto';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  findLiveMailToken,
  insertMailToken,
  type MailTokenRecord,
  takeLiveMailToken,
} from '../../database/queries/mail-tokens.queries.ts';
import type { MailTokenPurpose } from '../../database/tables.ts';
import { DomainError } from '../domain-error.ts';

const HOUR = 3_600_000;

/** How long the link of a mail works, in hours. */
export const MAIL_TOKEN_HOURS: Record<MailTokenPurpose, number> = {
  verify_email: 24,
  reset_password: 1,
  change_email: 24,
  accept_invitation: 168,
};

/** Whom a token is for: an account, or whoever is invited; `email` is where its mail goes. */
export type MailTokenSubject = { email: string } & (
  | { purpose: 'accept_invitation'; invitationId: string }
  | { purpose: Exclude<MailTokenPurpose, 'accept_invitation'>; userId: string }
);

/**
 * Makes the token of a link. It is shown this once: the database keeps its hash (ASVS 5.0.0 6.4.3; OWASP
 * Forgot Password cheat sheet).
 * @returns 160 random bits in hex, which no mail program breaks or takes for the end of a sentence
 */
export async function issueMailToken(trx: Trx, subject: MailTokenSubject): Promise<string> {
  const token = randomBytes(20).toString('hex');
  const now = new Date();
  await insertMailToken(trx, {
    hash: hashToken(token),
    purpose: subject.purpose,
    user_id: 'userId' in subject ? subject.userId : null,
    invitation_id: 'invitationId' in subject ? subject.invitationId : null,
    email: subject.email,
    created_at: now,
    expires_at: new Date(now.getTime() + MAIL_TOKEN_HOURS[subject.purpose] * HOUR),
  });
  return token;
}

/** Looks at a token without using it up. Nothing for one that is used, expired, for another purpose or forged. */
export function findMailToken(
  db: Executor,
  purpose: MailTokenPurpose,
  token: string,
): Promise<MailTokenRecord | undefined> {
  return findLiveMailToken(db, { hash: hashToken(token), purpose, now: new Date() });
}

/** Uses a token up: of many calls at once with one token, one gets its record and the others nothing. */
export function consumeMailToken(
  trx: Trx,
  purpose: MailTokenPurpose,
  token: string,
): Promise<MailTokenRecord | undefined> {
  return takeLiveMailToken(trx, { hash: hashToken(token), purpose, now: new Date() });
}

/** What somebody is told whose link does not work, whatever the reason. */
export function invalidMailToken(): DomainError {
  return new DomainError('INVALID_INPUT', {
    message: 'This link is no longer valid; ask for a new one.',
    fields: { token: ['This link is no longer valid; ask for a new one.'] },
  });
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
