import type { CompiledQuery, PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import type { Executor } from './connection.ts';

/** The names of hot queries, by the text that Kysely makes of each. */
const names = new Map<string, string>();

/**
 * Runs a hot query by its name on the connection of its transaction: PostgreSQL parses and plans it once per
 * connection, where it plans a query without a name each time.
 * @param name belongs to one text alone, or PostgreSQL's driver refuses it: where the text depends on the input, the
 *   name does, too, and a list is one placeholder (`= any(…)`)
 */
export async function runByName<Row>(db: Executor, name: string, query: CompiledQuery<Row>): Promise<Row[]> {
  names.set(query.sql, name);
  const { rows } = await db.executeQuery(query);
  return rows;
}

/** The pool as Kysely uses it: what `runByName` runs is sent by its name, and everything else without one. */
export function sendByName(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => toNamingClient(await pool.connect()),
    end: () => pool.end(),
  };
}

function toNamingClient(client: pg.PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]) => {
    const name = names.get(text);
    const sent = [...values];
    return name === undefined ? client.query(text, sent) : client.query({ name, text, values: sent });
  };
  return {
    // Kysely's type has cursors, too, which nothing here asks for.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  };
}
