import type { CompiledQuery } from 'kysely';
import type { QueryResultRow } from 'pg';
import type { Database } from './connection.ts';

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
  const config = database.statementNames ? { name, text: compiled.sql } : { text: compiled.sql };
  return {
    async run(values) {
      const result = await database.pool.query<Row>({ ...config, values: [...values] });
      return result.rows;
    },
  };
}
