import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectDatabase } from '../database/connection.ts';
import { ensureDataDir } from '../database/embedded/index.ts';
import { UNLIMITED } from '../domain/limits.ts';
import { createLimits } from '../limits/index.ts';
import { createMailer } from '../mail/mailer.ts';
import type { Settings } from '../settings.ts';
import { openAvatarStorage } from '../storage/index.ts';
import type { JobLog } from './job-log.ts';
import { runQueue, WORKERS } from './run-queue.ts';
import { createSchedule } from './schedule.ts';
import { createTasks } from './tasks.ts';

/** One more listens for new jobs, and one is spare for what the tasks ask. */
const CONNECTIONS = WORKERS + 2;
const RESTART_MS = 2_000;
const STOP_MS = 15_000;

export interface JobRunnerOptions {
  settings: Settings;
  /** Must reach PostgreSQL itself: a transaction pooler carries neither LISTEN nor a session's lock. */
  directUrl: string;
  log: JobLog;
  /** False: nothing is run by the clock; for tests that count jobs. */
  clock?: boolean;
}

/** Runs jobs until it is stopped, whatever becomes of the database meanwhile. */
export interface JobRunner {
  /** Takes no new job, lets the running ones end for some seconds, and disconnects. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts to run jobs, some at once, on connections of its own. It never throws: what fails is logged. */
export function startJobRunner({ settings, directUrl, log, clock = true }: JobRunnerOptions): JobRunner {
  const stopping = new AbortController();
  const database = connectDatabase(directUrl, { maxConnections: CONNECTIONS });
  // graphile-worker insists on it, for connections that are in use when they break.
  database.pool.on('connect', (client) => client.on('error', () => undefined));
  const tasks = createTasks({
    database,
    publicUrl: settings.publicUrl,
    limits: settings.rateLimits ? createLimits(database) : UNLIMITED,
    avatars: openAvatarStorage(settings),
    log,
    mailer: createMailer(settings, async () => path.join(await ensureDataDir(settings.dataDir), 'outbox')),
  });
  const schedule = clock ? createSchedule() : [];
  const finished = keepRunning(log, stopping.signal, () =>
    runQueue({ tasks, database, directUrl, log, schedule, signal: stopping.signal }),
  ).then(() => database.close());
  return {
    async stop() {
      stopping.abort();
      await Promise.race([finished, delay(STOP_MS, undefined, { ref: false })]);
    },
  };
}

// A database that is away ends the queue's run, and must not end the server. The next run has an id of its
// own, so what the one before left locked is found to be a dead runner's.
async function keepRunning(log: JobLog, signal: AbortSignal, runOnce: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await runOnce();
    } catch (error) {
      log.warn({ err: error }, 'jobs are not run at the moment; trying again');
    }
    if (signal.aborted) return;
    await delay(RESTART_MS, undefined, { signal }).catch(() => undefined);
  }
}
