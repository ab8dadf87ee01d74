import type { TokenPair } from '@truconn/contract';
import { retryDelayMs } from '../calls/retries.ts';
import { toTruConnError } from '../calls/to-truconn-error.ts';
import { isSessionRefused } from '../calls/with-session.ts';
import type { TruConnError } from '../errors.ts';
import { FAILURES_EACH, PATIENCE_MS } from '../numbers.ts';
import type { StorageAdapter } from '../storage.ts';
import type { SessionKeeper } from './keeper.ts';
import type { SignOutReason } from './session-state.ts';
import type { SessionStore } from './session-store.ts';
import { loadTokens, storeTokens } from './stored-tokens.ts';
import { receiveTokens, type Tokens } from './tokens.ts';

/**
 * Keeps a pair of tokens and renews it: one refresh at a time, however many calls wait for it.
 * @param key the name under which storage keeps the pair
 * @param requestRefresh asks the server for a new pair; in its own time, since one caller may leave while others wait
 */
export function bearerKeeper(
  store: SessionStore,
  storage: StorageAdapter,
  key: string,
  requestRefresh: (refreshToken: string) => Promise<TokenPair>,
): SessionKeeper {
  let tokens: Tokens | undefined;
  let loading: Promise<void> | undefined;
  let isSaved = true;
  let refreshing: Promise<void> | undefined;
  // How often refreshes have failed in a row, why the last one did, and when to try again by a clock that nobody sets.
  let failures = 0;
  let lastError: TruConnError;
  let retryAtMs = 0;

  /** A full disk signs nobody out: what cannot be written stays in memory, and is written at the next look. */
  async function save(): Promise<void> {
    isSaved = await storeTokens(storage, key, tokens);
  }

  async function hold(next: Tokens): Promise<void> {
    tokens = next;
    failures = retryAtMs = 0;
    await save();
  }

  async function end(reason?: SignOutReason): Promise<void> {
    tokens = undefined;
    await save();
    store.signedOut(reason);
  }

  /** Takes over what storage has: another tab may have renewed the pair, ended the session, or begun another. */
  async function look(): Promise<void> {
    const known = tokens;
    // A pair that could not be written is the only one of its kind.
    if (known && !isSaved) await save();
    const latest = known && !isSaved ? known : await loadTokens(storage, key, known);
    // Whoever signed in or out while storage was asked knows better.
    if (tokens !== known) return;
    tokens = latest;
    if (!latest) store.signedOut();
    else if (known?.sid !== latest.sid) store.found();
  }

  /** The same; and whether the pair is still this one, which then is this client's to replace or to end. */
  async function stillHolds({ refreshToken }: Tokens): Promise<boolean> {
    await look();
    return tokens?.refreshToken === refreshToken;
  }

  async function renew(held: Tokens): Promise<void> {
    if (!(await stillHolds(held))) return;
    const waitMs = retryAtMs - performance.now();
    if (waitMs > PATIENCE_MS) throw lastError;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
    try {
      const pair = await requestRefresh(held.refreshToken);
      if (await stillHolds(held)) await hold(receiveTokens(pair));
    } catch (cause) {
      const error = toTruConnError(cause);
      if (!isSessionRefused(error.code) && error.code !== 'INVALID_INPUT') {
        lastError = error;
        failures += FAILURES_EACH;
        retryAtMs = performance.now() + retryDelayMs(error, failures);
      } else if (await stillHolds(held)) await end(error.code);
      // Another tab renewed the pair a moment ago: this one was too late, and not stolen.
      else return;
      throw error;
    }
  }

  async function refresh(): Promise<void> {
    if (!tokens) return;
    refreshing ??= renew(tokens).finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  }

  function load(): Promise<void> {
    loading ??= look().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    get held() {
      return tokens ?? {};
    },
    async ready() {
      await load();
      const held = tokens;
      const nowMs = Date.now();
      const hasEnded = held && nowMs >= held.expiresAtMs;
      if (held && nowMs >= held.renewAtMs && (hasEnded || performance.now() >= retryAtMs)) {
        await refresh().catch((error) => {
          // A network that fails shortly before the end: the token in hand still serves.
          if (!tokens || hasEnded) throw error;
        });
      }
    },
    async recover({ accessToken, sid }) {
      // Never as somebody else: who signed in meanwhile has not made this call.
      if (!tokens || tokens.sid !== sid) return false;
      if (tokens.accessToken === accessToken) await refresh();
      return tokens?.sid === sid;
    },
    async signedIn({ user, session, ...pair }) {
      const sid = tokens?.sid;
      if (pair.accessToken) await hold(receiveTokens(pair as TokenPair));
      if (user && session) store.signedIn(user, session, true);
      else if (tokens?.sid !== sid) store.found();
    },
    async signedOut() {
      const sid = tokens?.sid;
      // Renewed by another tab it is the same session still; begun by another, it is not the one that was ended.
      await look();
      if (tokens?.sid === sid) await end();
    },
    async renewPair() {
      await load();
      await refresh();
      return tokens;
    },
    // Whatever was told: what storage has is what counts.
    heard: look,
  };
}
