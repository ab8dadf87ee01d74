import Fastify from 'fastify';
import { migrate } from '../database/migrate.ts';
import { loggerOptions } from '../http/logging.ts';
import { startJobRunner } from '../jobs/job-runner.ts';
import type { Settings } from '../settings.ts';
import { stopOnSignals } from '../signals.ts';
import { openDatabase } from '../startup.ts';
import { describeSharing } from './examine-jobs.ts';

/** `npm run worker`: runs jobs and nothing else until it is told to stop, beside a server or without one. */
export async function runWorker(settings: Settings): Promise<void> {
  const opened = await openDatabase(settings, { maxConnections: 1 });
  try {
    await migrate(opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
  // The same lines as the server's.
  const { log } = Fastify({ logger: loggerOptions(settings.logLevel) });
  const { directUrl } = opened;
  const jobs = startJobRunner({ settings, directUrl, log });
  stopOnSignals(async () => {
    console.log('Stopping: finishing the jobs under way …');
    await jobs.stop();
    await opened.close();
    console.log('Stopped.');
  });
  const sharing = describeSharing(settings);
  if (sharing !== undefined) console.log(`! ${sharing}`);
  console.log(`This worker runs jobs for ${settings.publicUrl}: ${describeMail(settings)}. Ctrl-C stops it.`);
}

function describeMail({ smtpUrl, dataDir }: Settings): string {
  return smtpUrl === undefined
    ? `mails become files in ${dataDir}/outbox`
    : `mails go to ${new URL(smtpUrl).host}`;
}
