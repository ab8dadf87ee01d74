import type { Client } from 'pg';
import type { Credentials } from './credentials.ts';

/**
 * Makes the application's role and the database where they are missing: a process may have been killed at any step.
 * The role may connect to that one database and has no right in it but what migrations grant.
 */
export async function prepareDatabase(admin: Client, credentials: Credentials): Promise<void> {
  const state = await readState(admin);
  if (!state.role) {
    const password = admin.escapeLiteral(credentials.appPassword);
    await admin.query(`create role truconn_app login password ${password}`);
  }
  if (!state.database) await admin.query('create database truconn owner truconn_owner');
  if (!state.closed) await admin.query(CLOSE);
}

// Several statements in one query are one transaction, so the last one done means all done.
const CLOSE = `
  revoke all on database postgres, template1, truconn from public;
  grant connect on database truconn to truconn_app;
`;

interface State {
  role: boolean;
  database: boolean;
  closed: boolean;
}

async function readState(admin: Client): Promise<State> {
  const { rows } = await admin.query<State>(`
    select
      exists (select from pg_roles where rolname = 'truconn_app') as role,
      exists (select from pg_database where datname = 'truconn') as database,
      exists (select from pg_database where datname = 'truconn' and datacl is not null) as closed
  `);
  return rows[0] ?? { role: false, database: false, closed: false };
}
