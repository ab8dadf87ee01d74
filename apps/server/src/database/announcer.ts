import type { Pool } from 'pg';
import { TOPIC_CHANNEL, type Topic } from './topics.ts';

const NOTIFY = 'select pg_notify($1, topic) from unnest($2::text[]) as topic';

/**
 * Tells all instances which topics have new events, after the transactions that wrote them: a NOTIFY inside of
 * them would make all commits of the database wait for one lock. One statement at a time tells what has come
 * together meanwhile. What cannot be told is found by the polls of those who watch.
 */
export class Announcer {
  readonly #pool: Pool;
  readonly #waiting = new Set<Topic>();
  #sending: Promise<void> | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Returns at once. */
  announce(topics: Iterable<Topic>): void {
    for (const topic of topics) this.#waiting.add(topic);
    if (this.#waiting.size > 0) this.#sending ??= this.#send();
  }

  /** Resolves when everything so far was told, or could not be. */
  async settle(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.size > 0) {
      const topics = [...this.#waiting];
      this.#waiting.clear();
      await this.#pool.query(NOTIFY, [TOPIC_CHANNEL, topics]).catch(() => undefined);
    }
    this.#sending = undefined;
  }
}
