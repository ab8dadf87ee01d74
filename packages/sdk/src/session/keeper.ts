import type { SignInResult, TokenPair } from '@truconn/contract';
import type { TruConnError } from '../errors.ts';

/** The session that a call is sent with; empty where there is none. */
export interface HeldSession {
  /** Of `bearer` clients. */
  readonly accessToken?: string;
  /** Changes with the session, and not with its tokens. */
  readonly sid?: unknown;
}

/** Carries the credential of calls, and says what to do when the server refuses one. */
export interface SessionKeeper {
  /**
   * Readies the credential for a call that is about to be sent: loads it, and renews it shortly before its end.
   * @throws TruConnError the server's, when it refuses to renew; `NETWORK_ERROR` and its like, when the credential
   *   has ended and cannot be renewed now
   */
  ready(): Promise<void>;
  readonly held: HeldSession;
  /**
   * A call was refused that was sent with this session.
   * @returns whether to send it once more
   * @throws TruConnError as `ready` does
   */
  recover(sent: HeldSession, error: TruConnError): Promise<boolean | undefined>;
  /** Somebody has signed in, or renewed a session by a token of their own. */
  signedIn(result: Partial<SignInResult>): Promise<void>;
  /** The person has ended the session. */
  signedOut(): Promise<void>;
  /** The pair of tokens, renewed now; nothing when there is none. */
  renewPair(): Promise<TokenPair | undefined>;
  /** Another tab has changed the session: see `Tabs`. */
  heard(endedId: string): Promise<void>;
}
