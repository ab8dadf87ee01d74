import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

// It has them, but its published types leave them out.
declare module 'pg' {
  interface Client {
    ref(): void;
    unref(): void;
  }
}

const PREFIX = 'truconn-presence:';
const RETURN_EVERY_MS = 500;
const RETURN_ATTEMPTS = 120;
const COUNT_OTHERS = `
  select count(*)::int as others from pg_stat_activity
  where starts_with(application_name, $1) and pid <> pg_backend_pid()
`;

/**
 * One connection that tells other processes that this one uses the database: the last one to leave stops it.
 * It ends with the process, however that ends, so nothing needs to be cleaned up after a kill.
 */
export class Presence {
  readonly #url: string;
  #client: Client | undefined;
  #left = false;

  private constructor(url: string) {
    this.#url = url;
  }

  /** @throws what PostgreSQL answers when it does not let us in */
  static async open(url: string): Promise<Presence> {
    const presence = new Presence(url);
    await presence.#connect();
    return presence;
  }

  /** Runs a few statements of the superuser on this connection. */
  async run<T>(action: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#client ?? (await this.#connect());
    client.ref();
    try {
      return await action(client);
    } finally {
      client.unref();
    }
  }

  /** How many others are using the database; undefined when it does not answer. */
  countOthers(): Promise<number | undefined> {
    return this.run((client) => client.query<{ others: number }>(COUNT_OTHERS, [PREFIX])).then(
      (result) => result.rows[0]?.others,
      () => undefined,
    );
  }

  async end(): Promise<void> {
    this.#left = true;
    const client = this.#client;
    this.#client = undefined;
    client?.ref();
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#url,
      application_name: `${PREFIX}${process.pid}`,
      connectionTimeoutMillis: 10_000,
    });
    // Without a listener a killed PostgreSQL would end this process too.
    client.on('error', () => this.#lose(client));
    await client.connect();
    // Being present keeps nobody alive: a command that has finished may end.
    client.unref();
    this.#client = client;
    return client;
  }

  #lose(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void this.#comeBack();
  }

  // After a crash of one connection PostgreSQL drops all of them and goes on. We must be counted again,
  // or the next process to leave would stop the database under us.
  async #comeBack(): Promise<void> {
    for (let attempt = 0; attempt < RETURN_ATTEMPTS && !this.#left && !this.#client; attempt += 1) {
      await delay(RETURN_EVERY_MS, undefined, { ref: false });
      if (!this.#left && !this.#client) await this.#connect().catch(() => undefined);
    }
    if (this.#left) await this.end();
  }
}
