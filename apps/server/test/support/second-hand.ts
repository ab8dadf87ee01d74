import pg from 'pg';
import type { TestApp } from './test-app.ts';

/** A connection of the database's owner, for holding locks while the server works. */
export interface SecondHand extends AsyncDisposable {
  query(text: string, values?: unknown[]): Promise<unknown[]>;
}

export async function openSecondHand(app: TestApp): Promise<SecondHand> {
  const client = new pg.Client({ connectionString: app.database.ownerUrl });
  await client.connect();
  return {
    query: async (text, values) => (await client.query(text, values)).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** Waits until so many in this app's database wait for a lock. */
export async function somebodyWaits(hand: SecondHand, count = 1): Promise<void> {
  const waiting = async () => {
    // Inside a transaction the view would show who was there at its first look.
    await hand.query('select pg_stat_clear_snapshot()');
    return hand.query(`select distinct pid from pg_locks join pg_stat_activity using (pid)
      where datname = current_database() and not granted`);
  };
  while ((await waiting()).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}
