import type { Topic } from '../../database/topics.ts';

export type { Topic } from '../../database/topics.ts';

/** With what somebody watches: when it ends, so does the watching. */
export interface WatchingCredential {
  kind: 'session' | 'apiKey';
  id: string;
  /** Whose open streams are counted: an account's, or a key's own. */
  holderId: string;
  /** The organization whose member the person must stay; none for what is a person's own, and for keys. */
  organizationId: string | null;
}

/** Tells watchers in this process that there may be something new, whoever wrote it. */
export interface Live {
  /** How many watch. */
  readonly size: number;
  /**
   * Begins to watch, and so begins before the first read: nothing that is committed from now on is missed.
   * @throws DomainError `RATE_LIMITED` when the account or the key has too many open, `OVERLOADED` when the instance
   *   has, `UNAVAILABLE` when the server stops
   */
  open(credential: WatchingCredential, topic: Topic): Watcher;
}

/** One that watches one topic. */
export interface Watcher {
  /** @throws DomainError why the watching is over */
  check(): void;
  /**
   * Resolves with true when there may be events after `cursor`, and with false when the watcher was closed.
   * @throws DomainError why the watching is over
   */
  changed(cursor: number): Promise<boolean>;
  /** Runs a read of what is after `cursor`. Watchers of one topic who are at the same event share one. */
  read<Event>(cursor: number, read: () => Promise<Event[]>): Promise<Event[]>;
  /** Called once, when the watching is over for a reason that is not the watcher's own. */
  onEnd(listener: () => void): void;
  /** Ends the watching, and lets a waiting `changed` go on. Safe to call twice. */
  close(): void;
  readonly isClosed: boolean;
}
