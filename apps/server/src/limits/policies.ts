import type { GrantedLimitName, LimitName } from '../domain/limits.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * What the `RateLimit` headers of an answer tell. Where strangers charge what is the account's, the count after
 * an accepted try would tell which names are one account's, and when its owner signs in.
 */
export type Telling = 'every charge' | 'refusals' | 'nothing';

/** So many within a window that begins with the first; after that none until it ends. */
export interface FixedWindow {
  kind: 'fixed';
  limit: number;
  windowSeconds: number;
  tells: Telling;
}

/**
 * Tries are free until the last one of `limit` within a window; from then on there is one try at a time, and
 * each makes the wait for the next twice as long. Somebody who guesses is slowed down to nothing, and nobody
 * is shut out for longer than the longest delay.
 */
export interface GrowingDelay {
  kind: 'growing';
  limit: number;
  /** Of the free tries, and of the quiet after a delay that starts the count anew. */
  windowSeconds: number;
  longestDelaySeconds: number;
  tells: Telling;
}

/** So many within a window that somebody was granted, and none outside of it. */
export interface Granted {
  kind: 'granted';
  limit: number;
  windowSeconds: number;
  /** Its refusal only leaves the one before it standing. */
  tells: 'nothing';
}

export type LimitPolicy = FixedWindow | GrowingDelay | Granted;

/** The first delay; the second one is twice as long. */
export const FIRST_DELAY_SECONDS = 30;

/** The numbers of all limits. */
export const LIMIT_POLICIES = {
  // More than one instance's hash queue takes in at once: so many good sign-ins may come together.
  sign_in_account: growing(40, DAY, HOUR, 'refusals'),
  // One person's mistakes must not keep an office that shares an address waiting for an hour.
  sign_in_address: growing(120, HOUR, 10 * MINUTE),
  sign_in_session: growing(20, DAY, HOUR, 'refusals'),
  // A mistyped new password or two, and no more than the current password's tries.
  sign_in_recovered: granted(10, HOUR),
  password_check: growing(10, DAY, HOUR),
  // Mobile networks put a town behind one address.
  sign_up: fixed(1_500, HOUR),
  reset_mail: fixed(10, HOUR, 'refusals'),
  reset_mail_address: fixed(28, 10 * MINUTE),
  mail_token_address: fixed(28, 10 * MINUTE),
  verification_mail: fixed(10, HOUR),
  verification_resend_address: fixed(28, 10 * MINUTE),
  // Mails to one address that need not be its owner's wish, whoever causes them.
  mail_target: fixed(10, HOUR, 'refusals'),
  // Mails to one person about one subject: requests, decisions, ends, or accesses opened in their name.
  access_mail: fixed(20, HOUR, 'refusals'),
  access_mail_unverified: fixed(10, HOUR, 'refusals'),
  picture: fixed(30, HOUR),
  record: fixed(60, MINUTE),
  refresh: fixed(100, MINUTE),
  access_request: fixed(300, MINUTE),
  access_request_person: fixed(200, HOUR),
  // Of one person's data, by one organization: each read and refusal is an entry in that person's ledger.
  access_read: fixed(1_000, HOUR),
  receipt: fixed(60, MINUTE),
  invitation: fixed(100, HOUR),
  // Each is kept for a day with its answer. As many as requests for access, each of which may have one.
  idempotency_key: fixed(300, MINUTE, 'refusals'),
} satisfies { [Name in LimitName]: Name extends GrantedLimitName ? Granted : FixedWindow | GrowingDelay };

function fixed(limit: number, windowSeconds: number, tells: Telling = 'every charge'): FixedWindow {
  return { kind: 'fixed', limit, windowSeconds, tells };
}

function growing(
  limit: number,
  windowSeconds: number,
  longestDelaySeconds: number,
  tells: Telling = 'every charge',
): GrowingDelay {
  return { kind: 'growing', limit, windowSeconds, longestDelaySeconds, tells };
}

function granted(limit: number, windowSeconds: number): Granted {
  return { kind: 'granted', limit, windowSeconds, tells: 'nothing' };
}
