import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { Announcer } from './announcer.ts';
import { sendByName } from './run-by-name.ts';
import type { Tables } from './tables.ts';
import { runToEnd } from './transaction-end.ts';

/** A transaction: the first argument of everything that writes. */
export type Trx = Transaction<Tables>;
/** Where a query can run: the pool, or the transaction that it belongs to. */
export type Executor = Kysely<Tables>;

/** The pool, and how work is done on it. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  readonly pool: pg.Pool;
  readonly statementNames: boolean;
  /**
   * Runs `work` in one transaction; what it throws rolls everything back. Whoever watches what it changed is told
   * after the commit, and nobody waits for that.
   */
  transact<Result>(work: (trx: Trx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most; PostgreSQL serves a few per core best. */
  maxConnections?: number;
  statementNames?: boolean;
}

const DEADLOCK_OR_SERIALIZATION = new Set(['40P01', '40001']);
const ATTEMPTS = 3;

/** Opens a pool lazily: nothing is connected until the first query. */
export function connectDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: 'truconn',
    keepAlive: true,
  });
  // Without a listener, a restart of PostgreSQL would end this process; the server adds one that logs.
  pool.on('error', () => undefined);
  // The same for a connection that is lost between two statements of a transaction: the next one fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const statementNames = options.statementNames ?? true;
  const dialect = new PostgresDialect({ pool: statementNames ? sendByName(pool) : pool });
  const kysely = new Kysely<Tables>({ dialect });
  const announcer = new Announcer(pool);
  return {
    kysely,
    pool,
    statementNames,
    async transact(work) {
      const { result, topics } = await transactWithRetry(kysely, (trx) => runToEnd(trx, work));
      announcer.announce(topics);
      return result;
    },
    async close() {
      await announcer.settle();
      await kysely.destroy();
    },
  };
}

async function transactWithRetry<Result>(
  kysely: Kysely<Tables>,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await kysely.transaction().execute(work);
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (attempt === ATTEMPTS || !DEADLOCK_OR_SERIALIZATION.has(code)) throw error;
    }
  }
}
