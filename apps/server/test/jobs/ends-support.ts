import { connectDatabase } from '../../src/database/connection.ts';
import type { JobLog } from '../../src/jobs/job-log.ts';
import { createSettleEnds, createTellEnds } from '../../src/jobs/settle-ends.ts';
import type { Person, TestApp } from '../support/test-app.ts';

const TASKS = { settle: createSettleEnds, tell: createTellEnds };

/** Runs a task as its job does, on connections of its own. @returns what it logged */
export async function runTask(app: TestApp, name: keyof typeof TASKS): Promise<string[]> {
  const database = connectDatabase(app.database.appUrl, { maxConnections: 1 });
  const logged: string[] = [];
  const keep = (facts: object, message: string) => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const log: JobLog = { debug: keep, info: keep, warn: keep, error: keep };
  try {
    await TASKS[name]({ database, log })({}, { jobId: '1', signal: new AbortController().signal });
  } finally {
    await database.close();
  }
  return logged;
}

/**
 * Lets a consent that was granted long ago end after so many hours, past the server: its clock goes on.
 * @param hours negative: it has ended
 */
export async function endConsentIn(app: TestApp, person: Person, categoryId: number, hours: number) {
  await app.sql(
    `update consents set granted_at = now() - interval '30 days', expires_at = now() + $3 * interval '1 hour'
       where user_id = $1 and category_id = $2`,
    [person.user.id, categoryId, hours],
  );
}

/** The same for a request that was decided long ago. */
export async function endRequestIn(app: TestApp, requestId: string, hours: number): Promise<void> {
  await app.sql(
    `update access_requests set decided_at = now() - interval '30 days', expires_at = now() + $2 * interval '1 hour'
       where id = $1`,
    [requestId, hours],
  );
}

/** Withdraws the version of a notice after so many hours, for as long as `work` takes. */
export async function whileNoticeEndsIn(
  app: TestApp,
  categoryId: number,
  hours: number,
  work: () => Promise<void>,
): Promise<void> {
  const set = `update notice_versions set withdrawn_at = now() + $2 * interval '1 hour'
    where category_id = $1 and version = 1`;
  await app.sql(set, [categoryId, hours]);
  try {
    await work();
  } finally {
    await app.sql(set, [categoryId, null]);
  }
}
