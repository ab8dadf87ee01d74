import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../database/connection.ts';
import { countJobs, type JobCounts } from '../database/queries/jobs.queries.ts';

/** A scrape waits no longer for the database than this. */
const PATIENCE_MS = 1_000;

/** Counts the jobs by state when the metrics are read; while the database is away there are no numbers. */
export function registerJobGauge(registry: Registry, database: Database): void {
  new Gauge({
    name: 'truconn_jobs',
    help: 'Jobs by state; failing ones will be tried again, failed ones will not.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await Promise.race([countJobs(database.kysely), giveUp()]).catch(() => undefined);
      for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
    },
  });
}

function giveUp(): Promise<JobCounts | undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), PATIENCE_MS).unref();
  });
}
