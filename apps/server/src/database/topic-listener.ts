import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { TOPIC_CHANNEL, type Topic } from './topics.ts';

export interface TopicListenerOptions {
  /** Must reach PostgreSQL itself: a transaction pooler carries no LISTEN. */
  url: string;
  onTopic: (topic: Topic) => void;
  /** The ear is open, for the first time or again: what was said before was not heard. */
  onListening: () => void;
}

const HEARTBEAT_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const CLOSE_MS = 1_000;

/** One connection that hears which topics have new events. It connects again, more and more slowly, when it is lost. */
export class TopicListener {
  readonly #options: TopicListenerOptions;
  readonly #ending = new AbortController();
  #finished: Promise<void> | undefined;

  constructor(options: TopicListenerOptions) {
    this.#options = options;
  }

  /** Begins to listen; the second time it does nothing. */
  open(): void {
    this.#finished ??= this.#stay();
  }

  /** Stops listening. A connection that is just being made ends by itself. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.race([this.#finished, delay(CLOSE_MS, undefined, { ref: false })]);
  }

  async #stay(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.#ending.signal.aborted) {
      const wasListening = await this.#listen();
      pause = wasListening ? FIRST_PAUSE_MS : Math.min(2 * pause, LONGEST_PAUSE_MS);
      await this.#pause(pause, this.#ending.signal);
    }
  }

  /** @returns whether the connection was of use before it was lost */
  async #listen(): Promise<boolean> {
    const lost = new AbortController();
    const client = this.#makeClient();
    // Without a listener for errors the process would end.
    for (const event of ['error', 'end'] as const) client.on(event, () => lost.abort());
    // Whoever may write to the database may notify; an unknown topic is one that nobody watches.
    client.on('notification', ({ payload }) => this.#options.onTopic(payload as Topic));
    const over = AbortSignal.any([lost.signal, this.#ending.signal]);
    let isListening = false;
    try {
      await client.connect();
      await client.query(`listen ${TOPIC_CHANNEL}`);
      isListening = true;
      this.#options.onListening();
      for (;;) {
        await this.#pause(HEARTBEAT_MS, over);
        if (over.aborted) break;
        await client.query('select 1');
      }
    } catch {
      // Whatever failed, the next connection begins anew; the poll delivers meanwhile.
    } finally {
      await client.end().catch(() => undefined);
    }
    return isListening;
  }

  #makeClient(): Client {
    return new Client({
      connectionString: this.#options.url,
      application_name: 'truconn-live',
      connectionTimeoutMillis: 5_000,
      // A connection that died without a word is found out by the next heartbeat.
      query_timeout: 5_000,
      keepAlive: true,
    });
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
