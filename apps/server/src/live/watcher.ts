import type { DomainError } from '../domain/domain-error.ts';
import type { Watcher, WatchingCredential } from '../domain/live/live.ts';
import type { WatchedTopic } from './watched-topic.ts';

interface Waiting {
  resolve: (isThereMore: boolean) => void;
  reject: (error: DomainError) => void;
}

/** One open stream, as the hub knows it. */
export class HubWatcher implements Watcher {
  readonly credential: WatchingCredential;
  readonly #topic: WatchedTopic;
  readonly #onClose: (watcher: HubWatcher) => void;
  #isClosed = false;
  #error: DomainError | undefined;
  #onEnd: (() => void) | undefined;
  #waiting: Waiting | undefined;
  /** It was told of something new while it was not waiting. */
  #isBehind = false;
  /** The last event that it has, or has been told of. */
  #seen = -1;

  constructor(credential: WatchingCredential, topic: WatchedTopic, onClose: (watcher: HubWatcher) => void) {
    this.credential = credential;
    this.#topic = topic;
    this.#onClose = onClose;
    topic.watchers.add(this);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  changed(cursor: number): Promise<boolean> {
    this.check();
    this.#seen = Math.max(this.#seen, cursor);
    if (this.#isClosed || this.#isBehind) return Promise.resolve(!this.#isClosed);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  read<Event>(cursor: number, read: () => Promise<Event[]>): Promise<Event[]> {
    // What it was told until now, this read will find.
    this.#isBehind = false;
    return this.#topic.read(cursor, read);
  }

  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.#error !== undefined) listener();
  }

  /** Tells it that there is something new. */
  wake(): void {
    if (this.#waiting === undefined) this.#isBehind = true;
    this.#stopWaiting()?.resolve(true);
  }

  /** Tells it the number of the last event, which it may know. */
  see(head: number): void {
    if (head <= this.#seen) return;
    this.#seen = head;
    this.wake();
  }

  /** Ends the watching with the reason that its reader is told. */
  end(error: DomainError): void {
    if (this.#isClosed || this.#error !== undefined) return;
    this.#error = error;
    this.#forget();
    this.#stopWaiting()?.reject(error);
    this.#onEnd?.();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#error === undefined) this.#forget();
    this.#stopWaiting()?.resolve(false);
  }

  #forget(): void {
    this.#topic.watchers.delete(this);
    this.#onClose(this);
  }

  #stopWaiting(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
