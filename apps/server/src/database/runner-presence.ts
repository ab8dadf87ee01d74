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

/**
 * One connection that shows other job runners that this one lives, by holding an advisory lock for it, and
 * that frees the jobs of those who do not. The lock ends with the process, however that ends.
 */
export class RunnerPresence {
  readonly #options: PresenceOptions;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void>;
  #ended = false;
  /** Absent at the last look. Who is absent twice is dead: a new or reconnecting runner is there by then. */
  #suspects = new Set<string>();

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#beating = this.#beat();
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#beating;
    await this.#client?.end().catch(() => undefined);
  }

  // Whatever fails, a lost connection or a database that is away, the next beat begins anew.
  async #beat(): Promise<void> {
    try {
      const client = this.#client ?? (await this.#connect());
      await this.#freeJobsOfTheDead(client);
    } catch {
      const client = this.#client;
      this.#client = undefined;
      this.#suspects.clear();
      await client?.end().catch(() => undefined);
    }
    if (this.#ended) return;
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat();
    }, BEAT_MS);
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#options.url,
      application_name: 'truconn-runner',
      connectionTimeoutMillis: 5_000,
      // A connection that died without a word must not be taken for a living one.
      query_timeout: 10_000,
      keepAlive: true,
    });
    // The next query fails, too; without a listener the process would end.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(`select pg_advisory_lock(${LOCK_CLASS}, hashtext($1))`, [this.#options.runnerId]);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    return client;
  }

  async #freeJobsOfTheDead(client: Client): Promise<void> {
    const { rows } = await client.query<{ id: string }>(LIST_ABSENT);
    const absent = rows.map(({ id }) => id);
    const dead = absent.filter((id) => this.#suspects.has(id));
    this.#suspects = new Set(absent);
    if (dead.length === 0) return;
    await client.query(`select ${JOBS_SCHEMA}.force_unlock_workers($1::text[])`, [dead]);
    this.#options.onFreed(dead.length);
  }
}
