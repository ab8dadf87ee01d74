import type { Database } from '../database/connection.ts';
import { listHeads } from '../database/queries/live.queries.ts';
import { TopicListener } from '../database/topic-listener.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Live, Topic, Watcher, WatchingCredential } from '../domain/live/live.ts';
import { CredentialWatch } from './credential-watch.ts';
import { WatchedTopic } from './watched-topic.ts';
import { HubWatcher } from './watcher.ts';

/** How often the hub looks by itself, in milliseconds. */
export interface LiveTimes {
  /** For events that no notification told of. */
  pollMs: number;
  /** For sessions and API keys that have ended. */
  credentialsMs: number;
  /** Without an answer about them for so long, all watching ends. */
  trustMs: number;
}

export const LIVE_TIMES: LiveTimes = { pollMs: 2_000, credentialsMs: 1_000, trustMs: 5_000 };

const MOST_OF_HOLDER = 20;
const MOST_OF_INSTANCE = 10_000;
const RETRY_SECONDS = 5;

export interface LiveHubOptions {
  database: Database;
  /** For LISTEN: past a transaction pooler. */
  directUrl: string;
  log: { warn(details: object, message: string): void };
  times?: Partial<LiveTimes>;
}

/**
 * Those who watch in this process. It is told what is new by PostgreSQL's notifications, on one connection of its
 * own, and asks for the heads of all that is watched behind it: a notification that is lost delays an event by
 * one poll. Nothing is asked while nobody watches.
 */
export class LiveHub implements Live {
  readonly #options: LiveHubOptions;
  readonly #times: LiveTimes;
  readonly #listener: TopicListener;
  readonly #credentials: CredentialWatch;
  readonly #watchers = new Set<HubWatcher>();
  readonly #topics = new Map<Topic, WatchedTopic>();
  readonly #perHolder = new Map<string, number>();
  #poll: NodeJS.Timeout | undefined;
  #isPolling = false;
  #isStopped = false;

  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.#times = { ...LIVE_TIMES, ...options.times };
    this.#credentials = new CredentialWatch(options, this.#times, this.#watchers);
    this.#listener = new TopicListener({
      url: options.directUrl,
      onTopic: (topic) => this.#topics.get(topic)?.wake(),
      onListening: () => void this.#lookAtHeads(),
    });
  }

  get size(): number {
    return this.#watchers.size;
  }

  open(credential: WatchingCredential, topic: Topic): Watcher {
    const { holderId } = credential;
    this.#admit(credential);
    const watched = this.#topics.get(topic) ?? new WatchedTopic();
    this.#topics.set(topic, watched);
    const watcher = new HubWatcher(credential, watched, () => {
      this.#forget(watcher, topic, watched);
    });
    this.#watchers.add(watcher);
    this.#perHolder.set(holderId, this.#countOf(holderId) + 1);
    this.#start();
    return watcher;
  }

  /** Ends all watching at once, and lets nobody watch again. */
  stop(): void {
    this.#isStopped = true;
    for (const watcher of this.#watchers) watcher.end(stopping());
  }

  /** Leaves the database. */
  async close(): Promise<void> {
    this.stop();
    await this.#listener.close();
  }

  #admit({ kind, holderId }: WatchingCredential): void {
    if (this.#isStopped) throw stopping();
    if (this.#countOf(holderId) >= MOST_OF_HOLDER) {
      const holder = kind === 'session' ? 'An account' : 'An API key';
      throw new DomainError('RATE_LIMITED', {
        message: `${holder} has at most ${MOST_OF_HOLDER} streams open; close one first.`,
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    if (this.size >= MOST_OF_INSTANCE) {
      throw new DomainError('OVERLOADED', { retryAfterSeconds: RETRY_SECONDS });
    }
  }

  #countOf(holderId: string): number {
    return this.#perHolder.get(holderId) ?? 0;
  }

  #start(): void {
    if (this.#poll !== undefined) return;
    this.#listener.open();
    this.#credentials.start();
    this.#poll = setInterval(() => void this.#lookAtHeads(), this.#times.pollMs).unref();
  }

  #forget(watcher: HubWatcher, topic: Topic, watched: WatchedTopic): void {
    const { holderId } = watcher.credential;
    this.#watchers.delete(watcher);
    if (watched.watchers.size === 0) this.#topics.delete(topic);
    const left = this.#countOf(holderId) - 1;
    if (left > 0) this.#perHolder.set(holderId, left);
    else this.#perHolder.delete(holderId);
    if (this.size > 0) return;
    clearInterval(this.#poll);
    this.#poll = undefined;
    this.#credentials.stop();
  }

  async #lookAtHeads(): Promise<void> {
    if (this.#isPolling || this.size === 0) return;
    this.#isPolling = true;
    try {
      const heads = await listHeads(this.#options.database.kysely, this.#topics.keys());
      for (const { topic, seq } of heads) this.#topics.get(topic)?.see(seq);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'watched events were not looked for');
    } finally {
      this.#isPolling = false;
    }
  }
}

function stopping(): DomainError {
  return new DomainError('UNAVAILABLE', { retryAfterSeconds: RETRY_SECONDS });
}
