import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../connection.ts';

/** How a job is run; the runner's own defaults are 25 attempts, now. */
export interface JobOptions {
  /** The last failure of so many is the job's end. */
  maxAttempts: number;
  /** Not before this moment. */
  runAt?: Date;
}

/**
 * Writes a job down in the transaction that causes it: it runs if and only if that one commits. On the pool, for a
 * promise that must hold whatever comes of the rest, it runs in any case.
 */
export async function enqueueJob(
  db: Executor,
  task: string,
  payload: object,
  { maxAttempts, runAt }: JobOptions,
): Promise<void> {
  const json: RawBuilder<unknown> = sql`${JSON.stringify(payload)}::json`;
  await sql`select graphile_worker.add_job(${task}, ${json}, run_at => ${runAt ?? null}, max_attempts => ${maxAttempts})`.execute(
    db,
  );
}

/** How many jobs there are in each state. */
export interface JobCounts {
  /** Due, and never tried, or tried by a process that died. */
  waiting: number;
  /** For later. */
  scheduled: number;
  running: number;
  /** Failed, and to be tried again. */
  failing: number;
  /** Failed so often, or so badly, that nobody tries again. */
  failed: number;
}

const STATE = sql`case
  when locked_at is not null then 'running'
  when attempts >= max_attempts then 'failed'
  when last_error is not null then 'failing'
  when run_at > now() then 'scheduled'
  else 'waiting' end`;

/** Counts all jobs in one pass over a table that holds unfinished ones only. */
export async function countJobs(db: Executor): Promise<JobCounts> {
  const { rows } = await sql<{ state: keyof JobCounts; count: string }>`
    select ${STATE} as state, count(*) as count from graphile_worker._private_jobs group by 1`.execute(db);
  const counts: JobCounts = { waiting: 0, scheduled: 0, running: 0, failing: 0, failed: 0 };
  for (const { state, count } of rows) counts[state] = Number(count);
  return counts;
}

/** What a person wants to know about jobs that do not get done. */
export interface JobTroubles {
  /** Since when the job that is due for longest has been due, if it has not been tried. */
  waitingSince: Date | null;
  /** The latest words of a job that will be tried again. */
  lastFailing: string | null;
  /** The latest words of a job that will not. */
  lastFailed: string | null;
}

// A failure moves `run_at` so far ahead, and leaves no other moment behind.
const FAILED_AT = sql`run_at - exp(least(attempts, 10)) * interval '1 second'`;

/** What keeps jobs from getting done, read in one pass. */
export async function findJobTroubles(db: Executor): Promise<JobTroubles> {
  const { rows } = await sql<JobTroubles>`
    select min(run_at) filter (where ${STATE} = 'waiting') as "waitingSince",
      (array_agg(last_error order by ${FAILED_AT} desc) filter (where ${STATE} = 'failing'))[1] as "lastFailing",
      (array_agg(last_error order by ${FAILED_AT} desc) filter (where ${STATE} = 'failed'))[1] as "lastFailed"
    from graphile_worker._private_jobs`.execute(db);
  return rows[0] ?? { waitingSince: null, lastFailing: null, lastFailed: null };
}

/** Makes a running job's failure its last: what it then throws is kept, and nobody tries again. */
export async function giveUpJob(db: Executor, id: string): Promise<void> {
  await sql`update graphile_worker._private_jobs set max_attempts = attempts where id = ${id}`.execute(db);
}

/** Forgets jobs that were given up before a moment: their payloads name people. */
export async function deleteFailedJobs(db: Executor, before: Date): Promise<void> {
  await sql`delete from graphile_worker._private_jobs
    where locked_at is null and attempts >= max_attempts and run_at < ${before}`.execute(db);
}
