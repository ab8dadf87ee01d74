import type { Caller } from './caller.ts';

/** What is limited. Each has its own numbers, in `limits/`. */
export type LimitName =
  | 'sign_in_account'
  | 'sign_in_address'
  | 'sign_in_session'
  | 'sign_in_recovered'
  | 'sign_up'
  | 'password_check'
  | 'reset_mail'
  | 'reset_mail_address'
  | 'mail_token_address'
  | 'verification_mail'
  | 'verification_resend_address'
  | 'mail_target'
  | 'access_mail'
  | 'access_mail_unverified'
  | 'picture'
  | 'record'
  | 'refresh'
  | 'access_request'
  | 'access_request_person'
  | 'access_read'
  | 'receipt'
  | 'invitation'
  | 'idempotency_key';

/** Limits that let nobody through unless they were granted. */
export type GrantedLimitName = 'sign_in_recovered';

/** How a limit stands after a charge: what `RateLimit` headers say. */
export interface LimitState {
  name: LimitName;
  /** Charges within the window. */
  limit: number;
  windowSeconds: number;
  remaining: number;
  /** Until the window, or the delay, ends. */
  resetSeconds: number;
}

/**
 * Counts attempts in the database, for all instances together. A charge that cannot be made fails. Refunding,
 * forgetting and granting never do: what earned them is done already, and a count that stays must not make a
 * failure of it.
 */
export interface Limits {
  /**
   * Counts one attempt before it is judged, in one atomic statement, and tells the caller's answer as far as
   * the limit's policy lets it.
   * @param caller nobody where a job does what is counted
   * @param key whose attempts are counted together: ids and hashes
   * @returns how the limit stands with this attempt; nothing where nothing is limited
   * @throws DomainError `RATE_LIMITED`, with the seconds to wait; `UNAVAILABLE` when it cannot be counted
   */
  charge(caller: Caller | undefined, limit: LimitName, key: string): Promise<LimitState | undefined>;
  /** Takes a charge back: the attempt was a good one. */
  refund(limit: LimitName, key: string): Promise<void>;
  /** Starts counting anew. */
  forget(limit: LimitName, key: string): Promise<void>;
  /** Opens a window of a limit that has to be granted, with all its tries. */
  grant(limit: GrantedLimitName, key: string): Promise<void>;
  /** Removes counts that no longer matter. */
  deleteExpired(): Promise<void>;
}

/** For load tests: `RATE_LIMITS=off`. */
export const UNLIMITED: Limits = {
  charge: async () => undefined,
  refund: async () => undefined,
  forget: async () => undefined,
  grant: async () => undefined,
  deleteExpired: async () => undefined,
};
