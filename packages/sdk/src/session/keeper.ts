import type { SignInResult, TokenPair } from '@truconn/contract';
import type { TruConnError } from '../errors.ts';
import type { TabMessage } from './tabs.ts';
import type { Tokens } from './tokens.ts';

/** What a call is sent with. One object stands for one state of the session. */
export interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  readonly tokens?: Tokens;
}

/** Carries the credential of calls, and says what to do when the server refuses one. */
export interface SessionKeeper {
  /**
   * Readies the credential for calls that are about to be sent: loads it, and renews it shortly before its end.
   * @throws TruConnError the server's, when it refuses to renew; `NETWORK_ERROR` and its like, when the credential
   *   has ended and cannot be renewed now
   */
  ready(): Promise<void>;
  /** As it is at this moment. */
  readonly credential: Credential;
  /**
   * A call was refused that was sent with this credential.
   * @returns whether to send it once more
   * @throws TruConnError as `ready` does
   */
  recover(sent: Credential, error: TruConnError): Promise<boolean>;
  /** Somebody has signed in. */
  signedIn(result: SignInResult): Promise<void>;
  /** The person has ended the session. */
  signedOut(): Promise<void>;
  /**
   * Renews the tokens now.
   * @returns nothing when there are none
   * @throws TruConnError as `ready` does
   */
  refresh(): Promise<TokenPair | undefined>;
  /** The caller has renewed a pair by its own call of `auth.refresh`; ours, or another's. */
  refreshed(refreshToken: string, pair: TokenPair): Promise<void>;
  /** Another tab has changed the session. */
  heard(message: TabMessage): Promise<void>;
}

/** Whether the server says that the credential is none, or none any more. */
export function isSessionRefused({ code }: TruConnError): boolean {
  return code === 'UNAUTHENTICATED' || code === 'SESSION_EXPIRED';
}
