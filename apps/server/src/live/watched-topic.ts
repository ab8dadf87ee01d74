import type { HubWatcher } from './watcher.ts';

/** A topic that somebody in this process watches. */
export class WatchedTopic {
  readonly watchers = new Set<HubWatcher>();
  readonly #reads = new Map<string, Promise<unknown[]>>();
  #wakes = 0;

  /** Tells all watchers that there is something new. */
  wake(): void {
    this.#wakes += 1;
    for (const watcher of this.watchers) watcher.wake();
  }

  /** Tells all watchers the number of the last event. */
  see(head: number): void {
    this.#wakes += 1;
    for (const watcher of this.watchers) watcher.see(head);
  }

  /**
   * One read for all who are at the same event. A read that began before the last call to wake is not shared: it
   * may not have seen what that was about.
   */
  async read<Event>(cursor: number, read: () => Promise<Event[]>): Promise<Event[]> {
    const key = `${cursor} ${this.#wakes}`;
    // All watchers of a topic read one feed, so under one key there is one kind of event.
    const running = this.#reads.get(key) as Promise<Event[]> | undefined;
    if (running !== undefined) return running;
    const started = read();
    this.#reads.set(key, started);
    try {
      return await started;
    } finally {
      this.#reads.delete(key);
    }
  }
}
