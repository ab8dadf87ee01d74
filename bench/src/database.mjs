import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { FIND_SESSION } from './statements.mjs';

/**
 * Looks at the database just after the server has read a session.
 * @param {string} databaseUrl
 * @returns {Promise<string>} PostgreSQL's version
 * @throws when the server's own look-up of a session is no longer the baseline's
 */
export async function inspectDatabase(databaseUrl) {
  return withClient(databaseUrl, async (client) => {
    await requireSameStatement(client);
    const { rows } = await client.query('show server_version');
    return rows[0].server_version.split(' ')[0];
  });
}

/**
 * Waits until the server has done its jobs that are due, so that none takes time from what is measured.
 * @param {string} databaseUrl
 */
export async function untilJobsAreDone(databaseUrl) {
  await withClient(databaseUrl, async (client) => {
    const due = 'select from graphile_worker.jobs where run_at <= now() and attempts < max_attempts limit 1';
    while ((await client.query(due)).rowCount > 0) await delay(100);
  });
}

async function withClient(connectionString, work) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function requireSameStatement(client) {
  // The last statement of each of the server's connections, as far as PostgreSQL keeps it: 1,023 bytes.
  const { rows } = await client.query(
    "select query from pg_stat_activity where application_name = 'truconn' and length(query) > 500",
  );
  if (!rows.some(({ query }) => FIND_SESSION.text.startsWith(query))) {
    throw new Error('The server looks sessions up in other words than bench/src/statements.mjs; update it.');
  }
}
