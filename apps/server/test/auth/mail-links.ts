import type { TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

/** The pages that links in mails lead to. */
export type LinkPage = 'verify-email' | 'reset-password' | 'confirm-email' | 'accept-invitation';

/** The tokens of all links to a page that were mailed to an address, oldest first. */
export async function linkTokens(app: TestApp, email: string, page: LinkPage): Promise<string[]> {
  const mails = (await app.mails()).filter((mail) => mail.to.includes(email));
  const link = new RegExp(`^${app.settings.publicUrl}/account/${page}\\?token=([0-9a-f]{40})$`, 'm');
  return mails.flatMap((mail) => link.exec(mail.text)?.[1] ?? []);
}

/** Waits until so many links to a page were mailed to an address; answers the last one's token. */
export async function mailedToken(app: TestApp, email: string, page: LinkPage, count = 1): Promise<string> {
  await eventually(async () => (await linkTokens(app, email, page)).length >= count);
  return (await linkTokens(app, email, page)).at(-1) ?? '';
}

/** Waits until no job is left: what was not mailed by then never will be. */
export async function allJobsDone(app: TestApp): Promise<void> {
  await eventually(async () => {
    const [row] = await app.sql<{ count: number }>(
      'select count(*)::integer from graphile_worker._private_jobs',
    );
    return row?.count === 0;
  });
}

/** Runs `work` while no job is taken, as when the mail server is down; then everything waiting is run. */
export async function whileJobsWait(app: TestApp, work: () => Promise<void>): Promise<void> {
  await app.sql(`create or replace function delay_job() returns trigger language plpgsql as $$
    begin new.run_at = now() + interval '1 day'; return new; end $$`);
  await app.sql(`create trigger delay before insert on graphile_worker._private_jobs
    for each row execute function delay_job()`);
  await work();
  await app.sql('drop trigger delay on graphile_worker._private_jobs');
  await app.sql('update graphile_worker._private_jobs set run_at = now()');
  // Runners would look by themselves only every two seconds.
  await app.sql(`select pg_notify('jobs:insert', '{"count":4}')`);
  await allJobsDone(app);
}
