import { Logger, runMigrations } from 'graphile-worker';

/** Where graphile-worker keeps its tables; it migrates them itself. */
export const JOBS_SCHEMA = 'graphile_worker';

const quiet = new Logger(() => () => undefined);

/** Brings the tables of the job runner up to date; call it under the lock that all migrations take. */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl, schema: JOBS_SCHEMA, logger: quiet });
}
