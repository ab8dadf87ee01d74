import type { SignInResult, TokenPair } from '@truconn/contract';
import { retryDelayMs } from '../calls/retries.ts';
import { toTruConnError } from '../calls/to-truconn-error.ts';
import type { TruConnError } from '../errors.ts';
import type { Credential, SessionKeeper } from './keeper.ts';
import type { SignOutReason } from './session-state.ts';
import type { SessionStore } from './session-store.ts';
import type { Tabs } from './tabs.ts';
import type { TokenVault } from './token-vault.ts';
import { isSameSession, receiveTokens, type Tokens } from './tokens.ts';

/** What a keeper of tokens works with. */
export interface BearerKeeperDeps {
  store: SessionStore;
  vault: TokenVault;
  tabs: Tabs;
  /** Asks the server for a new pair; in its own time, since one caller may leave while others wait. */
  requestRefresh: (refreshToken: string) => Promise<TokenPair>;
}

/** What refuses a refresh for good; whatever else goes wrong may pass. */
const REFUSALS: readonly unknown[] = [400, 401, 403];
const NOBODY: Credential = { headers: {} };

/** Keeps a pair of tokens and renews it: one refresh at a time, however many calls wait for it. */
export class BearerKeeper implements SessionKeeper {
  credential: Credential = NOBODY;
  readonly #deps: BearerKeeperDeps;
  #loading: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;
  /** Refreshes that failed in a row, and when to try the next one. */
  #failures = 0;
  #retryAtMs = 0;

  constructor(deps: BearerKeeperDeps) {
    this.#deps = deps;
  }

  async ready(): Promise<void> {
    await this.#load();
    const { tokens } = this.credential;
    const nowMs = Date.now();
    if (tokens === undefined || nowMs < tokens.renewAtMs) return;
    const isUsable = nowMs < tokens.expiresAtMs;
    if (isUsable && nowMs < this.#retryAtMs) return;
    try {
      await this.refresh();
    } catch (error) {
      // A network that fails shortly before the end: the token in hand still serves.
      if (!isUsable || this.credential.tokens === undefined) throw error;
    }
  }

  async recover(sent: Credential): Promise<boolean> {
    const { tokens } = this.credential;
    if (sent.tokens === undefined || tokens === undefined) return false;
    // Never as somebody else: who signed in meanwhile has not made this call.
    if (!isSameSession(sent.tokens, tokens)) return false;
    if (sent.tokens.accessToken === tokens.accessToken) await this.refresh();
    return this.credential.tokens !== undefined && isSameSession(sent.tokens, this.credential.tokens);
  }

  async signedIn(result: SignInResult): Promise<void> {
    const { user, session, accessToken, refreshToken, accessTokenExpiresAt } = result;
    if (accessToken && refreshToken && accessTokenExpiresAt) {
      const tokens = receiveTokens({ accessToken, refreshToken, accessTokenExpiresAt });
      this.#hold(tokens);
      this.#failures = 0;
      this.#retryAtMs = 0;
      await this.#deps.vault.save(tokens);
    }
    this.#deps.store.signedIn(user, session);
    this.#deps.tabs.tell('session-changed');
  }

  signedOut(): Promise<void> {
    return this.#end('SIGNED_OUT');
  }

  async refresh(): Promise<TokenPair | undefined> {
    await this.#load();
    this.#refreshing ??= this.#renew().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
    const { tokens } = this.credential;
    if (tokens === undefined) return undefined;
    const { accessToken, refreshToken, accessTokenExpiresAt } = tokens;
    return { accessToken, refreshToken, accessTokenExpiresAt };
  }

  async refreshed(refreshToken: string, pair: TokenPair): Promise<void> {
    const { tokens } = this.credential;
    if (tokens?.refreshToken === refreshToken) await this.#take(tokens, receiveTokens(pair));
  }

  // Whatever was said: what storage has is what counts.
  heard(): Promise<void> {
    return this.#look();
  }

  async #load(): Promise<void> {
    this.#loading ??= this.#look().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    await this.#loading;
  }

  /** Takes over what storage has: another tab may have renewed the pair, ended the session, or begun another. */
  async #look(): Promise<void> {
    const known = this.credential.tokens;
    const latest = await this.#deps.vault.latest(known);
    // Whoever signed in or out while storage was asked knows better.
    if (this.credential.tokens !== known) return;
    if (latest === undefined) {
      this.credential = NOBODY;
      this.#deps.store.signedOut(known === undefined ? null : 'SIGNED_OUT');
      return;
    }
    if (latest.accessToken !== known?.accessToken) this.#hold(latest);
    if (known === undefined || !isSameSession(known, latest)) this.#deps.store.found();
  }

  #hold(tokens: Tokens): void {
    this.credential = { headers: { authorization: `Bearer ${tokens.accessToken}` }, tokens };
  }

  async #renew(): Promise<void> {
    const known = this.credential.tokens;
    await this.#look();
    const held = this.credential.tokens;
    if (held === undefined || held.accessToken !== known?.accessToken) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, this.#retryAtMs - Date.now())));
    try {
      await this.#take(held, receiveTokens(await this.#deps.requestRefresh(held.refreshToken)));
    } catch (cause) {
      await this.#refused(held, toTruConnError(cause));
    }
  }

  async #take(held: Tokens, renewed: Tokens): Promise<void> {
    this.#failures = 0;
    this.#retryAtMs = 0;
    if (this.credential.tokens !== held) return;
    this.#hold(renewed);
    await this.#deps.vault.save(renewed);
    this.#deps.tabs.tell('session-changed');
  }

  async #refused(held: Tokens, error: TruConnError): Promise<void> {
    if (!REFUSALS.includes(error.status)) {
      this.#failures += 1;
      this.#retryAtMs = Date.now() + retryDelayMs(error, this.#failures);
      throw error;
    }
    // Another tab may have renewed the pair a moment ago: then this one was too late, and not stolen.
    await this.#look();
    if (this.credential.tokens?.refreshToken !== held.refreshToken) return;
    await this.#end(error.code);
    throw error;
  }

  async #end(reason: SignOutReason): Promise<void> {
    this.credential = NOBODY;
    await this.#deps.vault.clear();
    this.#deps.store.signedOut(reason);
    this.#deps.tabs.tell('signed-out');
  }
}
