import type { Database } from '../database/connection.ts';
import { deleteFailedJobs } from '../database/queries/jobs.queries.ts';

const KEPT_MS = 30 * 24 * 3_600_000;

/** Forgets jobs that were given up 30 days ago: long enough to be seen, and their payloads name people. */
export function forgetFailedJobs(database: Database): Promise<void> {
  return deleteFailedJobs(database.kysely, new Date(Date.now() - KEPT_MS));
}
