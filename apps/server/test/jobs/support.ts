import { examineJobs } from '../../src/commands/examine-jobs.ts';
import { connectDatabase, type Trx } from '../../src/database/connection.ts';
import { enqueueMail, type MailJob } from '../../src/domain/mail/mail-job.ts';
import type { TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

/** What the tests look at in a job's row. */
export interface JobRow {
  id: string;
  attempts: number;
  max_attempts: number;
  last_error: string | null;
  locked_by: string | null;
  run_at: Date;
}

/** Runs work in a transaction as the server's role, as a procedure does. */
export async function transact(app: TestApp, work: (trx: Trx) => Promise<void>): Promise<void> {
  const database = connectDatabase(app.database.appUrl, { maxConnections: 1 });
  try {
    await database.transact(work);
  } finally {
    await database.close();
  }
}

/** Promises mails in one transaction that commits. */
export async function enqueue(app: TestApp, ...jobs: MailJob[]): Promise<void> {
  await transact(app, async (trx) => {
    for (const job of jobs) await enqueueMail(trx, job);
  });
}

export function listJobs(app: TestApp): Promise<JobRow[]> {
  return app.sql<JobRow>('select * from graphile_worker._private_jobs order by id');
}

/** The jobs by state, as the metrics count them; nothing while there are no numbers. */
export async function readJobMetrics(app: TestApp): Promise<Record<string, string>> {
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const found = metrics.matchAll(/^truconn_jobs\{state="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, state, count]) => [state, count]));
}

/** What the doctor says about the jobs. */
export async function examine(app: TestApp): Promise<string[]> {
  const database = connectDatabase(app.database.appUrl, { maxConnections: 1 });
  try {
    return (await examineJobs(database.kysely)).map(({ level, text }) => `${level}: ${text}`);
  } finally {
    await database.close();
  }
}

/** Lets the wait before the next try be over. */
export async function retryNow(app: TestApp): Promise<void> {
  await app.sql('update graphile_worker._private_jobs set run_at = now()');
}

/** Waits until everything that was promised is done: signing up promises a mail, too. */
export async function allJobsDone(app: TestApp): Promise<void> {
  await eventually(async () => (await listJobs(app)).length === 0);
}
