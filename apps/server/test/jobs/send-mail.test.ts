import { describe, expect, it } from 'vitest';
import { enqueueMail } from '../../src/domain/mail/mail-job.ts';
import { freePort } from '../support/server-process.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { startTestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { allJobsDone, enqueue, examine, listJobs, readJobMetrics, retryNow, transact } from './support.ts';

describe('a mail that is promised', () => {
  it('is sent as soon as the transaction has committed, and its job is gone', async () => {
    await using smtp = await startSmtpServer();
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: smtp.url } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(() => smtp.accepted.some(({ to }) => to.includes(asha.email)));
    await allJobsDone(app);
    const mail = smtp.accepted.find(({ subject }) => subject === 'Your password was changed');
    expect(mail?.from).toBe('no-reply@localhost');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.messageId).toMatch(/^<[0-9a-f]{32}@localhost>$/);
    // With an SMTP server nothing is written to the disk.
    expect(await app.mails()).toEqual([]);
  });

  it('becomes a file in the outbox where there is no SMTP_URL', async () => {
    await using app = await startTestApp({ jobs: true });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    const mail = await app.mailTo(asha.email, { kind: 'password_changed' });
    expect(mail.text).toContain('Hello Asha Patel,');
  });

  it('is not sent when the transaction rolls back', async () => {
    await using app = await startTestApp({ jobs: true });
    const asha = await app.signUp();
    await allJobsDone(app);
    const rolledBack = transact(app, async (trx) => {
      await enqueueMail(trx, { kind: 'password_changed', userId: asha.user.id });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await listJobs(app)).toEqual([]);
    await enqueue(app, {
      kind: 'email_changed',
      userId: asha.user.id,
      oldEmail: asha.email,
      newEmail: 'new@example.com',
    });
    await app.mailTo(asha.email, { kind: 'email_changed' });
    const subjects = (await app.mails()).map(({ subject }) => subject);
    expect(subjects).not.toContain('Your password was changed');
  });

  it('to somebody who is gone is nothing to send, and nothing to try again', async () => {
    await using app = await startTestApp({ jobs: true });
    await enqueue(app, { kind: 'password_changed', userId: crypto.randomUUID() });
    await allJobsDone(app);
    expect(await app.mails()).toEqual([]);
    expect(app.logs.join('')).not.toContain('failed');
  });
});

describe('an SMTP server that is down', () => {
  it('gets the mail when it is up again, and no address is logged meanwhile', async () => {
    const port = await freePort();
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    const isFailing = async () => (await listJobs(app)).every(({ last_error }) => last_error !== null);
    await eventually(isFailing);
    const [job] = await listJobs(app);
    expect(job).toMatchObject({ locked_by: null, last_error: expect.stringContaining('ECONNREFUSED') });
    expect(job?.run_at.getTime()).toBeGreaterThan(Date.now() - 1_000);

    await using smtp = await startSmtpServer({}, port);
    await eventually(async () => {
      await retryNow(app);
      return smtp.accepted.some(({ subject }) => subject === 'Your password was changed');
    });
    await allJobsDone(app);
    const logged = app.logs.join('');
    expect(logged).toContain('a job failed and will be tried again');
    expect(logged).not.toContain(asha.email);
  });

  it('is tried more and more rarely', async () => {
    const port = await freePort();
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    const failedAt = (count: number) => async () =>
      (await listJobs(app)).every(({ attempts, locked_by }) => attempts >= count && locked_by === null);
    await eventually(failedAt(1));
    await app.sql('update graphile_worker._private_jobs set attempts = 6, run_at = now()');
    await eventually(failedAt(7));
    const delays = await app.sql<{ seconds: number }>(
      `select extract(epoch from run_at - updated_at)::float as seconds
         from graphile_worker._private_jobs where attempts = 7`,
    );
    // e⁷ seconds are 18 minutes.
    expect(delays[0]?.seconds).toBeGreaterThan(1_000);
  });
});

describe('an SMTP server that refuses', () => {
  it.each([
    ['a recipient', 550, { refuseRecipient: () => 550 }],
    ['a message', 554, { beforeAccepting: async () => 554 }],
  ])(
    '%s for good (%i) is not asked again, and metrics and doctor show it',
    async (_what, status, refusing) => {
      await using smtp = await startSmtpServer();
      await using app = await startTestApp({ jobs: true, env: { SMTP_URL: smtp.url } });
      const asha = await app.signUp();
      await allJobsDone(app);
      smtp.behaviour = refusing;
      smtp.recipients.length = 0;
      await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
      await eventually(async () => (await readJobMetrics(app)).failed === '1');
      await retryNow(app);
      // A mail that was promised later, and arrives, has overtaken it.
      smtp.behaviour = {};
      const ravi = await app.signUp();
      await eventually(() => smtp.accepted.some(({ to }) => to.includes(ravi.email)));
      await eventually(async () => (await listJobs(app)).length === 1);
      expect(smtp.recipients).toEqual([asha.email, ravi.email]);
      const words = `The mail server refused the mail for good (${status}).`;
      expect(await listJobs(app)).toMatchObject([{ attempts: 1, max_attempts: 1, last_error: words }]);
      expect(await examine(app)).toEqual([`warning: Jobs that failed for good: 1. The last error: ${words}`]);
      const logged = app.logs.join('');
      expect(logged).toContain('a job failed for good');
      expect(logged).not.toContain(asha.email);
    },
  );

  it.each([
    ['a recipient for now (451)', { refuseRecipient: () => 451 }],
    ['a message for now (452)', { beforeAccepting: async () => 452 }],
    ['the sender, which an administrator can mend (550)', { refuseSender: () => 550 }],
  ])('%s is asked again', async (_what, behaviour) => {
    await using smtp = await startSmtpServer(behaviour);
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: smtp.url } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(async () => {
      const jobs = await listJobs(app);
      return jobs.length > 0 && jobs.every(({ last_error }) => last_error !== null);
    });
    smtp.behaviour = {};
    await eventually(async () => {
      await retryNow(app);
      return (await listJobs(app)).length === 0;
    });
    expect(smtp.accepted.filter(({ subject }) => subject === 'Your password was changed')).toHaveLength(1);
  });

  it('with words about an address leaves none in the log or in the job', async () => {
    await using smtp = await startSmtpServer({ refuseRecipient: () => 451 });
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: smtp.url } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(async () => (await listJobs(app)).some(({ last_error }) => last_error !== null));
    const [job] = await listJobs(app);
    expect(job?.last_error).toContain('451');
    expect(`${job?.last_error} ${app.logs.join('')}`).not.toContain(asha.email);
  });
});

describe('a password in SMTP_URL', () => {
  const withPassword = (url: string) => url.replace('smtp://', 'smtp://mailer:s3cret%40word@');

  it('is not given to a server that offers no TLS', async () => {
    await using smtp = await startSmtpServer({}, 0, { auth: true });
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: withPassword(smtp.url) } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(async () => (await listJobs(app)).some(({ last_error }) => last_error !== null));
    expect((await listJobs(app)).map(({ last_error }) => last_error).join()).toMatch(/TLS/);
    expect([smtp.signedIn, smtp.accepted]).toEqual([[], []]);
    expect(app.logs.join('')).not.toContain('s3cret');
  });

  it('is given to it where the address says that this is meant', async () => {
    await using smtp = await startSmtpServer({}, 0, { auth: true });
    const SMTP_URL = `${withPassword(smtp.url)}?requireTLS=false`;
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await allJobsDone(app);
    expect(smtp.accepted.length).toBeGreaterThan(0);
    expect(smtp.signedIn[0]).toBe('mailer');
  });
});
