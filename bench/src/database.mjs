import pg from 'pg';
import { FIND_SESSION } from './statements.mjs';

/**
 * Looks at the database just after the server has read a session.
 * @param {string} databaseUrl
 * @returns {Promise<string>} PostgreSQL's version
 * @throws when the server's own look-up of a session is no longer the baseline's
 */
export async function inspectDatabase(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await requireSameStatement(client);
    const { rows } = await client.query('show server_version');
    return rows[0].server_version.split(' ')[0];
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
