import type { Task, TaskList } from 'graphile-worker';
import type { Database } from '../database/connection.ts';
import { giveUpJob } from '../database/queries/jobs.queries.ts';
import { withoutAddresses } from './job-log.ts';
import { HopelessJobError, type JobTask } from './job-task.ts';

/** Our tasks as graphile-worker calls them. */
export function createTaskList(tasks: Record<string, JobTask>, database: Database): TaskList {
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, adaptTask(task, database)]));
}

// What this throws is kept in the job's row and logged.
function adaptTask(task: JobTask, database: Database): Task {
  return async (payload, { job, abortSignal }) => {
    try {
      await task(payload, { jobId: job.id, signal: abortSignal });
    } catch (error) {
      if (error instanceof HopelessJobError) {
        await giveUpJob(database.kysely, job.id);
        throw error;
      }
      throw withoutPeople(error);
    }
  };
}

function withoutPeople(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('A task threw what is no error.');
  const clean: Error & { code?: unknown } = new Error(withoutAddresses(error.message));
  clean.name = error.name;
  clean.stack = withoutAddresses(error.stack ?? '');
  if ('code' in error) clean.code = error.code;
  return clean;
}
