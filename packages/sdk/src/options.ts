import type { SessionChange } from './session/session-state.ts';
import type { StorageAdapter } from './storage.ts';

/**
 * How a client is made: for whoever signs in with it, or with an organization's API key.
 * @example
 * import { createTruConn } from '@truconn/sdk';
 *
 * const truconn = createTruConn({
 *   baseUrl: 'https://truconn.example',
 *   timeoutMs: 10_000,
 *   onSessionChange: (change) => {
 *     if (change.status === 'signed-out') console.log('signed out:', change.reason);
 *   },
 * });
 */
export type TruConnOptions = SessionOptions | ApiKeyOptions;

/** What every client can be told. */
export interface ClientOptions {
  /**
   * Where the server is, without `/trpc`: `https://truconn.example`. In a browser also `''` for the page's own
   * origin.
   */
  baseUrl: string;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request; a function is asked each time. */
  headers?: HeadersOption | undefined;
  /**
   * How long a call may take, retries and a refresh included, in milliseconds; 30,000 unless told, and 0 for no limit.
   */
  timeoutMs?: number | undefined;
  /** How often a call that is safe to repeat is repeated at most; 2 unless told. */
  retries?: number | undefined;
}

/** How a client is made that people sign in with. */
export interface SessionOptions extends ClientOptions {
  /**
   * `cookie`: the browser keeps the session in an HttpOnly cookie, which no script can read. `bearer`: the client
   * keeps a pair of tokens in `storage`. Unless told, `cookie` where there is a `document`, else `bearer`.
   */
  credential?: 'cookie' | 'bearer' | undefined;
  /** Where `bearer` keeps its tokens; memory unless told. */
  storage?: StorageAdapter | undefined;
  /** Hears when somebody has signed in, and once when a session has ended, with the reason. */
  onSessionChange?: ((change: SessionChange) => void) | undefined;
  apiKey?: undefined;
}

/**
 * How a client is made for an organization's own programs: each call carries the API key, and nobody signs in. Never in
 * a page or an app: whoever has the key reads what people have released to the organization.
 * @example
 * import { createTruConn } from '@truconn/sdk';
 *
 * const truconn = createTruConn({
 *   baseUrl: 'https://truconn.example',
 *   apiKey: process.env['TRUCONN_API_KEY'] ?? '',
 * });
 * const { name } = await truconn.orgAccess.organization();
 */
export interface ApiKeyOptions extends ClientOptions {
  /**
   * The secret that `orgAccess.keys.create` has shown: `tck_` and 64 digits. Sent as `Authorization: Bearer`, never in
   * a URL, and kept nowhere. Calls that the key is not good for reject with `FORBIDDEN`, and all of them with
   * `UNAUTHENTICATED` once it is revoked or past its end.
   */
  apiKey: string;
  credential?: undefined;
  storage?: undefined;
  onSessionChange?: undefined;
}

/** Headers, or a function that makes them for each request. */
export type HeadersOption =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>);
