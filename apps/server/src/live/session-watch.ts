import { performance } from 'node:perf_hooks';
import { type LostSession, listLostSessions, type WatchedSession } from '../database/queries/live.queries.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { LiveHubOptions, LiveTimes } from './hub.ts';
import type { HubWatcher } from './watcher.ts';

/**
 * Asks, in one query for all, whether the sessions of those who watch still live, and ends the watching of those
 * that do not. When it gets no answer for too long, it ends all: nobody is shown what they may no longer see.
 */
export class SessionWatch {
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
    this.#timer = setInterval(() => this.#look(), this.#times.sessionsMs).unref();
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
      const lost = await listLostSessions(this.#options.database.kysely, this.#watchedSessions(), new Date());
      if (lost.length > 0) this.#endLost(new Map(lost.map((session) => [keyOf(session), session])));
      this.#trustedAt = askedAt;
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the sessions of watchers were not looked at');
    } finally {
      this.#isAsking = false;
    }
  }

  // One for all streams of a session on the same matter.
  #watchedSessions(): WatchedSession[] {
    const sessions = new Map<string, WatchedSession>();
    for (const { session } of this.#watchers) sessions.set(keyOf(session), session);
    return [...sessions.values()];
  }

  #endLost(lost: Map<string, LostSession>): void {
    for (const watcher of this.#watchers) {
      const session = lost.get(keyOf(watcher.session));
      if (session !== undefined) watcher.end(reasonOf(session));
    }
  }
}

function keyOf({ sessionId, organizationId }: WatchedSession): string {
  return organizationId === null ? sessionId : `${sessionId} ${organizationId}`;
}

/** Why somebody may no longer watch. */
function reasonOf({ isLive, isExpired }: LostSession): DomainError {
  if (!isLive) return new DomainError('UNAUTHENTICATED');
  if (isExpired) return new DomainError('SESSION_EXPIRED');
  return new DomainError('FORBIDDEN', { message: 'You are no longer a member of this organization.' });
}
