import type { CompiledQuery } from 'kysely';
import type { QueryResultRow } from 'pg';
import type { Database } from './connection.ts';
import { type KnownRows, NamedQuery } from './named-query.ts';

/**
 * A hot statement that PostgreSQL parses and plans once per connection, because it has a name.
 * Kysely compiles its text; the placeholders' values come with each run, in the order in which
 * the compiled query uses them.
 */
export interface NamedStatement<Row> {
  run(values: readonly unknown[]): Promise<Row[]>;
}

/** @param compiled the query with any values in its placeholders: only its text is kept */
export function nameStatement<Row extends QueryResultRow>(
  database: Database,
  name: string,
  compiled: CompiledQuery,
): NamedStatement<Row> {
  const { pool, statementNames } = database;
  const text = compiled.sql;
  if (!statementNames) {
    return { run: async (values) => (await pool.query<Row>({ text, values: [...values] })).rows };
  }
  const known: KnownRows = new WeakMap();
  return {
    async run(values) {
      // The types say that the query comes back, as a client gives it; a pool promises what it ended with.
      return pool.query(new NamedQuery({ name, text, known }, values)) as unknown as Promise<Row[]>;
    },
  };
}
