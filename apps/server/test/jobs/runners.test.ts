import { describe, expect, it, vi } from 'vitest';
import { startJobRunner } from '../../src/jobs/job-runner.ts';
import { openSecondHand } from '../support/second-hand.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { openTcpGate } from '../support/tcp-gate.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { allJobsDone, enqueue, listJobs, retryNow } from './support.ts';

// A runner looks every three seconds for others that died, and some tests wait for several looks.
vi.setConfig({ testTimeout: 60_000 });

/** A runner that reaches the database through a gate. */
async function startGatedRunner(app: TestApp, { isOpen }: { isOpen: boolean }) {
  const url = new URL(app.database.appUrl);
  const gate = await openTcpGate({ host: url.hostname, port: Number(url.port) });
  if (!isOpen) gate.shut();
  url.hostname = '127.0.0.1';
  url.port = String(gate.port);
  const log = app.app.log;
  const runner = startJobRunner({ settings: app.settings, directUrl: url.href, log, clock: false });
  return {
    gate,
    async [Symbol.asyncDispose]() {
      await runner.stop();
      await gate[Symbol.asyncDispose]();
    },
  };
}

/** Waits until a runner has looked again for runners that died. @param pid its connection; any unless given */
async function waitForLook(app: TestApp, pid: number | null = null): Promise<void> {
  const lookedAt = async () => {
    const [row] = await app.sql<{ at: string | null }>(
      `select max(query_start)::text as at from pg_stat_activity
        where datname = current_database() and application_name = 'truconn-runner' and state = 'idle'
          and query like '%locktype%' and pid = coalesce($1, pid)`,
      [pid],
    );
    return row?.at ?? null;
  };
  const before = await lookedAt();
  await eventually(async () => ![before, null].includes(await lookedAt()));
}

/** Waits until two runners live and have looked. @returns the connections that show it: one runner's, and the other's */
async function waitForRunners(app: TestApp, runnerId: string): Promise<{ own: number; other: number }> {
  for (;;) {
    const rows = await app.sql<{ pid: number; own: boolean }>(
      `select pid, objid = hashtext($1)::oid as own from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and classid = 7782602 and granted and datname = current_database()
          and state = 'idle' and query like '%locktype%'`,
      [runnerId],
    );
    const own = rows.find((row) => row.own)?.pid;
    const other = rows.find((row) => !row.own)?.pid;
    if (own !== undefined && other !== undefined) return { own, other };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Two runners, and a mail that one of them is sending until it is told to go on. */
async function startHeldMail() {
  let open: (() => void) | undefined;
  const opened = new Promise<undefined>((resolve) => {
    open = () => resolve(undefined);
  });
  const smtp = await startSmtpServer();
  const env = { SMTP_URL: smtp.url };
  const app = await startTestApp({ jobs: true, env });
  const asha = await app.signUp();
  await allJobsDone(app);
  const other = await startTestApp({ jobs: true, env, database: app.database });
  smtp.accepted.length = 0;
  smtp.recipients.length = 0;
  smtp.behaviour = { beforeAccepting: () => opened };
  await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
  await eventually(() => smtp.recipients.length === 1);
  const [job] = await listJobs(app);
  return {
    app,
    runnerId: job?.locked_by ?? '',
    async goOn() {
      open?.();
      await allJobsDone(app);
      return { tries: smtp.recipients.length, sent: smtp.accepted.length };
    },
    async [Symbol.asyncDispose]() {
      open?.();
      await other[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
      await smtp[Symbol.asyncDispose]();
    },
  };
}

describe('two instances', () => {
  it('send each of 50 mails once', async () => {
    await using smtp = await startSmtpServer();
    const env = { SMTP_URL: smtp.url };
    await using app = await startTestApp({ jobs: true, env });
    await using other = await startTestApp({ jobs: true, env, database: app.database });
    const asha = await app.signUp();
    await allJobsDone(app);
    smtp.accepted.length = 0;
    const userId = asha.user.id;
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        enqueue(index % 2 === 0 ? app : other, { kind: 'password_changed', userId }),
      ),
    );
    await allJobsDone(app);
    expect(smtp.accepted).toHaveLength(50);
    expect(new Set(smtp.accepted.map(({ messageId }) => messageId)).size).toBe(50);
  });
});

describe('a runner', () => {
  it('does not take jobs from another that lives, however long one of them takes', async () => {
    await using mail = await startHeldMail();
    const { app, runnerId } = mail;
    const { other } = await waitForRunners(app, runnerId);
    // So many looks are the death of one that is absent; they take less than the mailer's patience.
    for (const _ of 'abc') await waitForLook(app, other);
    expect(await listJobs(app)).toMatchObject([{ locked_by: runnerId, attempts: 1 }]);
    expect(await mail.goOn()).toEqual({ tries: 1, sent: 1 });
  });

  it('does not take jobs from another whose connection was cut, for that one is back at once', async () => {
    await using mail = await startHeldMail();
    const { app, runnerId } = mail;
    // If it came back at its beats alone, the other would look often enough, and never see it.
    for (const _ of 'abcd') {
      const { own } = await waitForRunners(app, runnerId);
      await app.sql('select pg_terminate_backend($1, 10000)', [own]);
    }
    const { other } = await waitForRunners(app, runnerId);
    await waitForLook(app, other);
    expect(await listJobs(app)).toMatchObject([{ locked_by: runnerId, attempts: 1 }]);
    expect(await mail.goOn()).toEqual({ tries: 1, sent: 1 });
  });

  it('runs the jobs of one that died again, within seconds', async () => {
    await using app = await startTestApp({ jobs: true });
    const asha = await app.signUp();
    await allJobsDone(app);
    await using other = await startTestApp({ database: app.database });
    // As a killed process leaves it: locked by an id that nobody holds.
    await app.sql(`alter table graphile_worker._private_jobs alter locked_by set default 'pool-dead'`);
    await app.sql('alter table graphile_worker._private_jobs alter locked_at set default now()');
    await enqueue(other, { kind: 'password_changed', userId: asha.user.id });
    await app.mailTo(asha.email, { kind: 'password_changed' });
    expect(app.logs.join('')).toContain('jobs of runners that died are run again');
  });

  it('gives one that is not there yet, or has lost its connection, the time to come', async () => {
    await using app = await startTestApp({ jobs: true });
    await using hand = await openSecondHand(app);
    const asha = await app.signUp();
    await allJobsDone(app);
    await app.sql(`alter table graphile_worker._private_jobs alter locked_by set default 'pool-late'`);
    await app.sql('alter table graphile_worker._private_jobs alter locked_at set default now()');
    await waitForLook(app);
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await waitForLook(app);
    await waitForLook(app);
    // As a runner shows that it lives.
    await hand.query(`select pg_advisory_lock(7782602, hashtext('pool-late'))`);
    await waitForLook(app);
    await waitForLook(app);
    expect(await listJobs(app)).toMatchObject([{ locked_by: 'pool-late', attempts: 0 }]);
  });

  it('waits for a database that is away when it starts, and takes the server down with nothing', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    await using runner = await startGatedRunner(app, { isOpen: false });
    await eventually(() => app.logs.join('').includes('jobs are not run at the moment'));
    await asha.client.consent.grant.mutate({ categoryId: 4 });
    runner.gate.open();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await app.mailTo(asha.email, { kind: 'password_changed' });
  });

  it('comes back by itself when the database was away in the middle of a mail', async () => {
    let open: (() => void) | undefined;
    const opened = new Promise<undefined>((resolve) => {
      open = () => resolve(undefined);
    });
    await using smtp = await startSmtpServer({ beforeAccepting: () => opened });
    await using app = await startTestApp({ env: { SMTP_URL: smtp.url } });
    const asha = await app.signUp();
    await using runner = await startGatedRunner(app, { isOpen: true });
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(() => smtp.recipients.length === 2);
    runner.gate.shut();
    open?.();
    await eventually(() => smtp.accepted.length === 2);
    await eventually(() => app.logs.join('').includes('the end of a job could not be written down'));
    runner.gate.open();
    await eventually(async () => {
      await retryNow(app);
      return (await listJobs(app)).length === 0;
    });
    // What was sent before its end could be written down may come twice: under one name.
    expect(new Set(smtp.accepted.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it('that is stopped lets a running job end, and takes no other', async () => {
    let open: (() => void) | undefined;
    const opened = new Promise<undefined>((resolve) => {
      open = () => resolve(undefined);
    });
    await using smtp = await startSmtpServer({ beforeAccepting: () => opened });
    await using app = await startTestApp({ env: { SMTP_URL: smtp.url } });
    const asha = await app.signUp();
    const log = app.app.log;
    const options = { settings: app.settings, directUrl: app.database.appUrl, log, clock: false };
    const runner = startJobRunner(options);
    await eventually(() => smtp.recipients.length === 1);
    const stopped = runner.stop();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    open?.();
    await stopped;
    await runner.stop();
    expect(smtp.accepted).toHaveLength(1);
    expect(await listJobs(app)).toMatchObject([{ attempts: 0, locked_by: null }]);
  });

  it('that is stopped cuts off a job that does not end, and leaves it to be tried again', async () => {
    await using smtp = await startSmtpServer({ beforeAccepting: () => new Promise(() => undefined) });
    await using app = await startTestApp({ env: { SMTP_URL: smtp.url } });
    await app.signUp();
    const log = app.app.log;
    const options = { settings: app.settings, directUrl: app.database.appUrl, log, clock: false };
    const runner = startJobRunner(options);
    await eventually(() => smtp.recipients.length === 1);
    await runner.stop();
    expect(await listJobs(app)).toMatchObject([{ attempts: 1, max_attempts: 13, locked_by: null }]);
  });
});
