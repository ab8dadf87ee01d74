import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { JOBS_SCHEMA } from './migrate-jobs.ts';

/** The first half of the advisory locks' keys; the second is the runner's id, hashed. */
const LOCK_CLASS = 7_782_602;
const BEAT_MS = 3_000;

// A job's `locked_by` is its runner's id. Hashes that meet would only keep a dead runner's jobs waiting.
const LIST_ABSENT = `
  select distinct locked_by as id from ${JOBS_SCHEMA}._private_jobs
  where locked_by is not null and not exists (
    select from pg_locks
    where locktype = 'advisory' and classid = ${LOCK_CLASS} and objid = hashtext(locked_by)::oid
      and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
  )
`;

export interface PresenceOptions {
  /** Must reach PostgreSQL itself: a transaction pooler cannot hold a session's lock. */
  url: string;
  runnerId: string;
  /** Told how many runners were found dead, their jobs free again. */
  onFreed: (runners: number) => void;
}

/** A runner that lost its connection, or just starts, is there by then, even if its first try to connect fails. */
const LOOKS_UNTIL_DEAD = 3;

/**
 * One connection that shows other job runners that this one lives, by holding an advisory lock for it, and
 * that frees the jobs of those who do not. The lock ends with the process, however that ends.
 */
export class RunnerPresence {
  readonly #options: PresenceOptions;
  readonly #ending = new AbortController();
  readonly #finished: Promise<void>;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#finished = this.#stay();
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#finished;
  }

  // A connection that is lost is opened again at once, so that nobody takes this runner for dead. One that
  // cannot be opened, or is of no use, is tried again at the next beat.
  async #stay(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      if ((await this.#watch()) === 0) await this.#pause(this.#ending.signal);
    }
  }

  /** @returns how often it could look before the connection was lost or the runner stopped */
  async #watch(): Promise<number> {
    const lost = new AbortController();
    const client = this.#makeClient();
    // Without a listener for errors the process would end.
    for (const event of ['error', 'end'] as const) client.on(event, () => lost.abort());
    const over = AbortSignal.any([lost.signal, this.#ending.signal]);
    let looks = 0;
    try {
      await client.connect();
      await client.query(`select pg_advisory_lock(${LOCK_CLASS}, hashtext($1))`, [this.#options.runnerId]);
      let absent = new Map<string, number>();
      while (!over.aborted) {
        absent = await this.#freeJobsOfTheDead(client, absent);
        looks += 1;
        await this.#pause(over);
      }
    } catch {
      // Whatever failed, the next connection begins anew.
    } finally {
      await client.end().catch(() => undefined);
    }
    return looks;
  }

  #makeClient(): Client {
    return new Client({
      connectionString: this.#options.url,
      application_name: 'truconn-runner',
      connectionTimeoutMillis: 5_000,
      // A connection that died without a word must not be taken for a living one.
      query_timeout: 10_000,
      keepAlive: true,
    });
  }

  async #freeJobsOfTheDead(client: Client, before: Map<string, number>): Promise<Map<string, number>> {
    const { rows } = await client.query<{ id: string }>(LIST_ABSENT);
    const absent = new Map(rows.map(({ id }) => [id, (before.get(id) ?? 0) + 1]));
    const dead = [...absent].filter(([, looks]) => looks >= LOOKS_UNTIL_DEAD).map(([id]) => id);
    if (dead.length === 0) return absent;
    await client.query(`select ${JOBS_SCHEMA}.force_unlock_workers($1::text[])`, [dead]);
    this.#options.onFreed(dead.length);
    return absent;
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await delay(BEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}
