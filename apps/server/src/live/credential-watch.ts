import { performance } from 'node:perf_hooks';
import { listLostApiKeys } from '../database/queries/api-keys.queries.ts';
import { type LostSession, listLostSessions } from '../database/queries/live.queries.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { WatchingCredential } from '../domain/live/live.ts';
import type { LiveHubOptions, LiveTimes } from './hub.ts';
import type { HubWatcher } from './watcher.ts';

/**
 * Asks, in one query for all sessions and one for all API keys, whether those still live that somebody watches with,
 * and ends the watching of those that do not. When it gets no answer for too long, it ends all: nobody is shown what
 * they may no longer see.
 */
export class CredentialWatch {
  readonly #options: LiveHubOptions;
  readonly #times: LiveTimes;
  readonly #watchers: ReadonlySet<HubWatcher>;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #trustedAt = 0;

  constructor(options: LiveHubOptions, times: LiveTimes, watchers: ReadonlySet<HubWatcher>) {
    this.#options = options;
    this.#times = times;
    this.#watchers = watchers;
  }

  start(): void {
    this.#trustedAt = performance.now();
    this.#timer = setInterval(() => this.#look(), this.#times.credentialsMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (performance.now() - this.#trustedAt > this.#times.trustMs) this.#endAll();
    else if (!this.#isAsking) void this.#ask();
  }

  #endAll(): void {
    for (const watcher of this.#watchers) watcher.end(new DomainError('UNAVAILABLE'));
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    const askedAt = performance.now();
    try {
      const lost = await this.#findLost(new Date());
      for (const watcher of this.#watchers) {
        const reason = lost.get(keyOf(watcher.credential));
        if (reason !== undefined) watcher.end(reason);
      }
      this.#trustedAt = askedAt;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the credentials of watchers were not looked at');
    } finally {
      this.#isAsking = false;
    }
  }

  /** Why credentials may watch no longer. */
  async #findLost(now: Date): Promise<Map<string, DomainError>> {
    const { kysely } = this.#options.database;
    const apiKeys = this.#watchedWith('apiKey').map(({ id }) => id);
    const [sessions, lostKeys] = await Promise.all([
      listLostSessions(kysely, this.#watchedWith('session'), now),
      listLostApiKeys(kysely, apiKeys, now),
    ]);
    return new Map([
      ...sessions.map((session) => [keyOf(session), reasonOf(session)] as const),
      ...lostKeys.map((id) => [id, new DomainError('UNAUTHENTICATED')] as const),
    ]);
  }

  // One for all streams with a credential on the same matter.
  #watchedWith(kind: WatchingCredential['kind']): WatchingCredential[] {
    const credentials = new Map<string, WatchingCredential>();
    for (const { credential } of this.#watchers) {
      if (credential.kind === kind) credentials.set(keyOf(credential), credential);
    }
    return [...credentials.values()];
  }
}

function keyOf({ id, organizationId }: Pick<WatchingCredential, 'id' | 'organizationId'>): string {
  return organizationId === null ? id : `${id} ${organizationId}`;
}

/** Why somebody may no longer watch. */
function reasonOf({ isLive, isExpired }: LostSession): DomainError {
  if (!isLive) return new DomainError('UNAUTHENTICATED');
  if (isExpired) return new DomainError('SESSION_EXPIRED');
  return new DomainError('FORBIDDEN', { message: 'You are no longer a member of this organization.' });
}
