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

/** Waits until somebody in this app's database waits for a lock. */
export async function somebodyWaits(hand: SecondHand): Promise<void> {
  const waiting = `select 1 from pg_locks join pg_stat_activity using (pid)
    where datname = current_database() and not granted`;
  while ((await hand.query(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
