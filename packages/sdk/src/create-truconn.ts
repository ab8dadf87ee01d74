import type { TokenPair } from '@truconn/contract';
import type { TruConnApi } from './api/index.ts';
import { buildApi } from './build-api.ts';
import type { CallDeps } from './calls/call.ts';
import { inTime } from './calls/deadline.ts';
import { withRetries } from './calls/retries.ts';
import { createTransport } from './calls/transport.ts';
import { RETRIES, STORAGE_DELAY_MS, TIMEOUT_MS } from './numbers.ts';
import type { TruConnOptions } from './options.ts';
import { apiKeyKeeper } from './session/api-key-keeper.ts';
import { bearerKeeper } from './session/bearer-keeper.ts';
import { cookieKeeper } from './session/cookie-keeper.ts';
import type { SessionHandle } from './session/session-state.ts';
import { createSessionStore } from './session/session-store.ts';
import { joinTabs } from './session/tabs.ts';
import { memoryStorage } from './storage.ts';

/** A client of one TruConn server: its procedures by their names, and the session. */
export interface TruConn extends TruConnApi {
  /** How the session stands, and who wants to hear when that changes. */
  readonly session: SessionHandle;
  /** Stops hearing from other tabs. Calls still work; the session stays. */
  close(): void;
}

/**
 * Makes a client. It sends nothing until it is asked.
 * @throws TypeError for a `baseUrl` that is no address
 * @example
 * import { createTruConn } from '@truconn/sdk';
 *
 * const truconn = createTruConn({ baseUrl: 'http://127.0.0.1:8000' });
 * await truconn.auth.signIn({ identifier: 'asha@example.org', password: 'a long passphrase' });
 * const { items } = await truconn.consent.list();
 */
export function createTruConn(options: TruConnOptions): TruConn {
  const { apiKey, timeoutMs = TIMEOUT_MS, retries = RETRIES } = options;
  const url = `${checkBaseUrl(options.baseUrl)}/trpc`;
  const isKeyed = apiKey !== undefined;
  const credential = options.credential ?? (globalThis.document && !isKeyed ? 'cookie' : 'bearer');
  const transport = createTransport(url, fetchWith(options, credential), options.headers);
  // What another tab has written into storage can arrive later than its message.
  const tabs = joinTabs(url + credential, (endedId) => {
    setTimeout(() => keeper.heard(endedId).catch(() => undefined), STORAGE_DELAY_MS);
  });
  const store = createSessionStore(options.onSessionChange, tabs);
  // In time of its own and repeated: the server takes a token that is one step behind for a while, so an answer that
  // was lost on its way does no harm.
  const requestRefresh = (refreshToken: string) =>
    inTime(timeoutMs, undefined, (deadline) =>
      withRetries(deadline, RETRIES, () =>
        transport.clientFor(undefined, {}).mutation('auth.refresh', { refreshToken }, deadline),
      ),
    ) as Promise<TokenPair>;
  const sessionKeeper = () =>
    credential === 'cookie'
      ? cookieKeeper(store)
      : bearerKeeper(store, options.storage ?? memoryStorage(), `truconn:${url}`, requestRefresh);
  const keeper = isKeyed ? apiKeyKeeper(apiKey) : sessionKeeper();
  // Nobody is, or ever will be.
  if (isKeyed) store.signedOut();
  const deps: CallDeps = { transport, keeper, store, credential, timeoutMs, retries };
  return buildApi(deps, '', { session: store, close: tabs.close }) as TruConn;
}

function fetchWith({ fetch }: TruConnOptions, credential: 'cookie' | 'bearer') {
  const init: RequestInit = {
    // The server redirects nobody. Whoever does would be sent passwords and tokens, which `fetch` takes along.
    redirect: 'manual',
    // Some runtimes know no `credentials`; only cookies need them.
    ...(credential === 'cookie' && { credentials: 'include' }),
  };
  return async (url: string, request: RequestInit) =>
    (fetch ?? globalThis.fetch)(url, { ...request, ...init });
}

function checkBaseUrl(baseUrl: string): string {
  if (!/^(https?:\/\/[^/?#\s]+)?(\/[^/?#\s]+)*\/?$/.test(baseUrl)) {
    throw new TypeError('baseUrl must be like https://truconn.example');
  }
  return baseUrl.replace(/\/$/, '');
}
