import { splitLink } from '@trpc/client';
import type { TokenPair } from '@truconn/contract';
import type { TruConnApi } from './api/index.ts';
import { buildApi } from './build-api.ts';
import { callLink } from './calls/call-link.ts';
import { startDeadline } from './calls/deadline.ts';
import type { Fetch } from './calls/fetch-json.ts';
import { httpLinks } from './calls/http-links.ts';
import { requestHeaders } from './calls/request-headers.ts';
import { withRetries } from './calls/retries.ts';
import type { TruConnOptions } from './options.ts';
import { BearerKeeper } from './session/bearer-keeper.ts';
import { cookieKeeper } from './session/cookie-keeper.ts';
import type { SessionKeeper } from './session/keeper.ts';
import type { SessionHandle } from './session/session-state.ts';
import { createSessionStore } from './session/session-store.ts';
import { joinTabs } from './session/tabs.ts';
import { createTokenVault } from './session/token-vault.ts';
import { memoryStorage } from './storage.ts';
import { TRPC_CLIENT, TruConnClient } from './truconn-client.ts';
import type { WatchDeps } from './watch/one-connection.ts';
import { watchEvents } from './watch/watch-events.ts';
import { watchLink } from './watch/watch-link.ts';

const TIMEOUT_MS = 30_000;
const RETRIES = 2;

/** A client of one TruConn server: its procedures by their names, and the session. */
export interface TruConn extends TruConnApi {
  /** How the session stands, and who wants to hear when that changes. */
  readonly session: SessionHandle;
  /** Stops hearing from other tabs. Calls still work; the session stays. */
  close(): void;
  /** @internal for `@truconn/sdk/react` */
  readonly [TRPC_CLIENT]: TruConnClient;
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
  const { timeoutMs = TIMEOUT_MS, retries = RETRIES } = options;
  const url = `${checkBaseUrl(options.baseUrl)}/trpc`;
  const credential = options.credential ?? (typeof document === 'undefined' ? 'bearer' : 'cookie');
  const fetch = fetchWith(options, credential);
  const store = createSessionStore(options.onSessionChange);
  const tabs = joinTabs(`truconn:${url}:${credential}`, (message) => {
    keeper.heard(message).catch(() => undefined);
  });
  const http = httpLinks({ url, fetch, headers: (ops) => requestHeaders(ops, keeper, options.headers) });
  const keeper: SessionKeeper =
    credential === 'cookie'
      ? cookieKeeper(store, tabs)
      : new BearerKeeper({
          store,
          tabs,
          vault: createTokenVault(options.storage ?? memoryStorage(), `truconn:${url}`),
          requestRefresh: refresher(new TruConnClient({ links: [http] }), timeoutMs),
        });
  const watch: WatchDeps = {
    url,
    fetch,
    keeper,
    headers: (path, { headers }) =>
      requestHeaders([{ path, context: { options: { headers } } }], keeper, options.headers),
    timeoutMs,
    retries,
  };
  const client = new TruConnClient({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: watchLink(watch),
        false: [callLink({ keeper, store, credential, timeoutMs, retries }), http],
      }),
    ],
  });
  const api = buildApi({
    call: (kind, path, input, { signal, ...rest } = {}) =>
      client[kind](path, input, { context: { options: rest }, ...(signal && { signal }) }),
    watch: (path, input, watchOptions) => watchEvents(watch, path, input, watchOptions),
  });
  return Object.assign(api, { session: store, close: () => tabs.close(), [TRPC_CLIENT]: client });
}

// In time of its own and repeated: the server takes a token that is one step behind for a while, so an answer that
// was lost on its way does no harm.
function refresher(client: TruConnClient, timeoutMs: number): (refreshToken: string) => Promise<TokenPair> {
  return async (refreshToken) => {
    const deadline = startDeadline(timeoutMs, undefined);
    try {
      const context = { signal: deadline.signal };
      return (await withRetries(deadline, RETRIES, () =>
        deadline.race(client.mutation('auth.refresh', { refreshToken }, context)),
      )) as TokenPair;
    } finally {
      deadline.end();
    }
  };
}

function fetchWith({ fetch }: TruConnOptions, credential: 'cookie' | 'bearer'): Fetch {
  // Some runtimes know no `credentials`; only cookies need them.
  const init: RequestInit = credential === 'cookie' ? { credentials: 'include' } : {};
  return (url, request) => (fetch ?? globalThis.fetch)(url, { ...request, ...init });
}

function checkBaseUrl(baseUrl: string): string {
  const isPath = baseUrl === '' || (baseUrl.startsWith('/') && !baseUrl.startsWith('//'));
  const isUrl = /^https?:\/\/[^/?#]+[^?#]*$/.test(baseUrl) && URL.canParse(baseUrl);
  if (!isUrl && !isPath) {
    throw new TypeError(
      `baseUrl must be an address such as https://truconn.example, not ${JSON.stringify(baseUrl)}.`,
    );
  }
  return baseUrl.replace(/\/+$/, '');
}
