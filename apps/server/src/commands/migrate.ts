import { migrate } from '../database/migrate.ts';
import type { Settings } from '../settings.ts';
import { openDatabase } from '../startup.ts';

/** `npm run migrate`: brings the database up to date, with the server running or not. */
export async function migrateDatabase(settings: Settings): Promise<void> {
  const opened = await openDatabase(settings, { maxConnections: 1 });
  try {
    const applied = await migrate(opened);
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}.`);
  } finally {
    await opened.close();
  }
}
