import type { Executor } from '../database/connection.ts';
import { countJobs, findJobTroubles } from '../database/queries/jobs.queries.ts';
import { withoutAddresses } from '../jobs/job-log.ts';
import type { Settings } from '../settings.ts';
import { type Finding, ok, warning } from './finding.ts';

/** A runner that lives takes a job at once. */
const LONG_WAIT_MS = 60_000;

/** Says which jobs do not get done, and why the last one did not. */
export async function examineJobs(db: Executor): Promise<Finding[]> {
  const counts = await countJobs(db);
  const { waitingSince, lastFailing, lastFailed } = await findJobTroubles(db);
  const findings: Finding[] = [];
  if (waitingSince !== null && Date.now() - waitingSince.getTime() > LONG_WAIT_MS) {
    findings.push(
      warning(
        `Jobs have been waiting since ${waitingSince.toISOString()}: run the server with JOBS=on, or npm run worker.`,
      ),
    );
  }
  if (counts.failing > 0) {
    findings.push(
      warning(`Jobs that failed and will be tried again: ${counts.failing}.${toWords(lastFailing)}`),
    );
  }
  if (counts.failed > 0) {
    findings.push(warning(`Jobs that failed for good: ${counts.failed}.${toWords(lastFailed)}`));
  }
  return findings.length > 0 ? findings : [ok(`Jobs get done; waiting: ${counts.waiting}.`)];
}

function toWords(error: string | null): string {
  return error === null ? '' : ` The last error: ${withoutAddresses(error)}`;
}

/**
 * Says why a worker must see the servers' files.
 * @returns nothing where neither pictures nor mails are files
 */
export function describeSharing({ s3, smtpUrl, dataDir }: Settings): string | undefined {
  const files = [
    ...(s3 === undefined ? ['pictures (S3_ENDPOINT is not set)'] : []),
    ...(smtpUrl === undefined ? ['mails (SMTP_URL is not set)'] : []),
  ].join(' and ');
  if (files === '') return undefined;
  return `Kept as files in ${dataDir}: ${files}. This worker must share DATA_DIR with the servers.`;
}

/** Warns where the jobs may be run on a machine that has not got the pictures which they are about. */
export function* examineSharing(settings: Settings): Generator<Finding> {
  if (settings.jobs || settings.s3 !== undefined) return;
  yield warning(
    'JOBS is off and S3_ENDPOINT is not set: npm run worker must share DATA_DIR with the servers, or replaced pictures stay on their disks.',
  );
}

/** Says where mails go. */
export function examineMail({ smtpUrl, mailFrom, dataDir, production }: Settings): Finding {
  if (smtpUrl === undefined) {
    const text = `SMTP_URL is not set: mails become files in ${dataDir}/outbox`;
    return production ? warning(`${text}, and reach nobody.`) : ok(`${text}.`);
  }
  return /@localhost>?$/.test(mailFrom)
    ? warning('MAIL_FROM is at localhost: name an address of yours, or mail servers will refuse the mails.')
    : ok(`Mails go to ${new URL(smtpUrl).host}, from ${mailFrom}.`);
}
