import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { asAdmin } from '../support/test-database.ts';

/** Two addresses of one database. */
export interface Addresses {
  ownerUrl: string;
  appUrl: string;
}

/** A database without a single table, gone afterwards. */
export async function createEmptyDatabase(): Promise<Addresses & AsyncDisposable> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(`create database ${name} template template0 owner truconn_owner`);
  return {
    ownerUrl: inject('ownerUrl').replace(/\/truconn\?/, `/${name}?`),
    appUrl: inject('appUrl').replace(/\/truconn\?/, `/${name}?`),
    [Symbol.asyncDispose]: () => asAdmin(`drop database if exists ${name} with (force)`),
  };
}

/** Runs one statement on a connection of its own. */
export async function runOn<Row extends pg.QueryResultRow>(
  url: string,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}
