import type { Session, User } from '@truconn/contract';
import type { TruConnErrorCode } from '../errors.ts';

/** Somebody is signed in. */
export interface SignedIn {
  status: 'signed-in';
  /** Whose session it is. */
  user: User;
  /** The session, as the server told it last. */
  session: Session;
}

/**
 * Nobody is signed in. The reason is `SIGNED_OUT` where the person ended the session, the server's code where the
 * server did (`SESSION_EXPIRED`, `TOKEN_REUSED`, `UNAUTHENTICATED`), and `null` before anybody signed in.
 */
export interface SignedOut {
  status: 'signed-out';
  reason: SignOutReason | null;
}

/** Why a session has ended. */
export type SignOutReason = 'SIGNED_OUT' | TruConnErrorCode;

/**
 * How the session stands: `unknown` until storage or the server has been asked; `found` when there is one, and the
 * server has not yet said whose (`auth.me` asks it).
 */
export type SessionState = { status: 'unknown' } | { status: 'found' } | SignedIn | SignedOut;

/** What `onSessionChange` hears: who has signed in, or that a session has ended, and why. */
export type SessionChange = SignedIn | SignedOut;

/**
 * The session of a client.
 * @example
 * const stop = truconn.session.subscribe(() => console.log(truconn.session.state.status));
 * stop();
 */
export interface SessionHandle {
  /** How the session stands as far as is known; asks nobody. */
  readonly state: SessionState;
  /**
   * Calls `listener` at each change of `state`.
   * @returns a function that ends it
   */
  subscribe(listener: () => void): () => void;
}
