import { EventEmitter } from 'node:events';
import { type ParsedCronItem, run, type WorkerEvents } from 'graphile-worker';
import type { Database } from '../database/connection.ts';
import { JOBS_SCHEMA } from '../database/migrate-jobs.ts';
import { RunnerPresence } from '../database/runner-presence.ts';
import { createRunnerLogger, type JobLog } from './job-log.ts';
import { HopelessJobError, type JobTask } from './job-task.ts';
import { createTaskList } from './task-list.ts';

/** Jobs that one process runs at once. */
export const WORKERS = 4;
/** Running jobs may take so long to end when the process stops; then they are aborted, to be tried again. */
const FINISH_MS = 8_000;

export interface QueueOptions {
  tasks: Record<string, JobTask>;
  database: Database;
  directUrl: string;
  log: JobLog;
  /** What is run by the clock. */
  schedule: ParsedCronItem[];
  /** Aborts when the process stops. */
  signal: AbortSignal;
}

/**
 * Runs the queue once, until `signal` aborts or the database is lost while a job's end is written down.
 * @throws when it could not begin, or ended for another reason
 */
export async function runQueue({
  tasks,
  database,
  directUrl,
  log,
  schedule,
  signal,
}: QueueOptions): Promise<void> {
  const events: WorkerEvents = new EventEmitter();
  logFailures(events, log);
  const presences: RunnerPresence[] = [];
  // This id is the `locked_by` of the jobs; no job is taken before the event.
  events.on('pool:create', ({ workerPool }) => {
    presences.push(new RunnerPresence({ url: directUrl, runnerId: workerPool.id, onFreed: logFreed(log) }));
  });
  try {
    const runner = await run({
      pgPool: database.pool,
      schema: JOBS_SCHEMA,
      taskList: createTaskList(tasks, database),
      parsedCronItems: schedule,
      concurrency: WORKERS,
      noHandleSignals: true,
      gracefulShutdownAbortTimeout: FINISH_MS,
      // Unbatched, it forgets to catch a failure here: the job would stay locked, and the process would end.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      logger: createRunnerLogger(log),
      events,
    });
    const stop = () => void runner.stop().catch(() => undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await runner.promise.finally(() => signal.removeEventListener('abort', stop));
  } finally {
    await Promise.all(presences.map((presence) => presence.end()));
  }
}

function logFreed(log: JobLog): (runners: number) => void {
  return (runners) => log.warn({ runners }, 'jobs of runners that died are run again');
}

function logFailures(events: WorkerEvents, log: JobLog): void {
  events.on('job:error', ({ job, error }) => {
    const facts = { jobId: job.id, task: job.task_identifier, attempt: job.attempts, err: error };
    if (error instanceof HopelessJobError || job.attempts >= job.max_attempts) {
      log.error(facts, 'a job failed for good');
    } else {
      log.warn(facts, 'a job failed and will be tried again');
    }
  });
  events.on('pool:fatalError', ({ error }) => {
    log.warn({ err: error }, 'the end of a job could not be written down; it will be run again');
  });
}
