import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { enqueueJob } from '../../src/database/queries/jobs.queries.ts';
import { forgetFailedJobs } from '../../src/jobs/forget-failed-jobs.ts';
import { startTestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { allJobsDone, enqueue, examine, listJobs, readJobMetrics, retryNow, transact } from './support.ts';

describe('a payload that is malformed', () => {
  it.each([
    ['nothing in it', {}],
    ['a kind that is no text', { kind: 7, userId: 'x', askedAt: '2026-01-01T00:00:00.000Z' }],
    [
      'a field of the wrong type',
      { kind: 'password_changed', userId: 7, askedAt: '2026-01-01T00:00:00.000Z' },
    ],
    ['no moment', { kind: 'password_changed', userId: 'x' }],
  ])('(%s) fails for good at the first try', async (_what, payload) => {
    await using app = await startTestApp({ jobs: true });
    await transact(app, (trx) => enqueueJob(trx, 'send_mail', payload, { maxAttempts: 13 }));
    await eventually(async () => (await listJobs(app)).some(({ last_error }) => last_error !== null));
    const [job] = await listJobs(app);
    expect(job).toMatchObject({ attempts: 1, max_attempts: 1, locked_by: null });
    expect(job?.last_error).toMatch(/^The job's payload is not one that this version knows \(/);
    expect(app.logs.join('')).toContain('a job failed for good');
  });
});

describe('while a newer version runs beside this one', () => {
  it('a kind of mail that only the newer one knows is left to it: the job is tried again, later', async () => {
    await using app = await startTestApp({ jobs: true });
    const payload = { kind: 'love_letter', userId: 'x', askedAt: '2026-01-01T00:00:00.000Z' };
    await transact(app, (trx) => enqueueJob(trx, 'send_mail', payload, { maxAttempts: 13 }));
    await eventually(async () => (await listJobs(app)).some(({ last_error }) => last_error !== null));
    const [job] = await listJobs(app);
    expect(job).toMatchObject({ attempts: 1, max_attempts: 13, locked_by: null });
    expect(job?.last_error).toBe('This version does not know this kind of mail; a newer one may.');
    const logged = app.logs.join('');
    expect(logged).toContain('a job failed and will be tried again');
    expect(logged).not.toContain('for good');
  });

  it('a task that only the newer one knows is not taken, and the doctor sees it waiting', async () => {
    await using app = await startTestApp({ jobs: true });
    await transact(app, async (trx) => {
      await enqueueJob(trx, 'send_pigeon', {}, { maxAttempts: 13, runAt: new Date(Date.now() - 3_600_000) });
    });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    // Jobs that were due later, and are done, have overtaken it.
    await app.mailTo(asha.email, { kind: 'password_changed' });
    await eventually(async () => (await listJobs(app)).length === 1);
    expect(await listJobs(app)).toMatchObject([{ attempts: 0, locked_by: null, last_error: null }]);
    expect(await examine(app)).toEqual([expect.stringMatching(/^warning: Jobs have been waiting since /)]);
  });
});

describe('an outbox that cannot be written', () => {
  it('keeps the mail until it can be, and leaves nothing half written', async () => {
    await using app = await startTestApp({ jobs: true });
    const asha = await app.signUp();
    await allJobsDone(app);
    const outbox = path.join(app.settings.dataDir, 'outbox');
    // A file where the directory should be: that stops root, too.
    rmSync(outbox, { recursive: true, force: true });
    writeFileSync(outbox, '');
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(async () => (await listJobs(app)).some(({ last_error }) => last_error !== null));
    expect((await listJobs(app))[0]?.last_error).toMatch(/EEXIST|ENOTDIR/);
    rmSync(outbox);
    await retryNow(app);
    await app.mailTo(asha.email, { kind: 'password_changed' });
    expect(readdirSync(outbox).every((name) => name.endsWith('.eml'))).toBe(true);
  });

  it('whose one file cannot be put in place leaves no part of it', async () => {
    await using app = await startTestApp({ jobs: true });
    const asha = await app.signUp();
    await allJobsDone(app);
    const outbox = path.join(app.settings.dataDir, 'outbox');
    mkdirSync(outbox, { recursive: true });
    const before = readdirSync(outbox);
    await transact(app, async (trx) => {
      await enqueueJob(
        trx,
        'send_mail',
        { kind: 'password_changed', userId: asha.user.id, askedAt: '2026-01-02T03:04:05.678Z' },
        { maxAttempts: 5, runAt: new Date(Date.now() + 3_600_000) },
      );
    });
    const [job] = await listJobs(app);
    const name = `2026-01-02T03-04-05.678Z-${job?.id}.eml`;
    mkdirSync(path.join(outbox, name, 'in-the-way'), { recursive: true });
    await retryNow(app);
    await eventually(async () => (await listJobs(app)).some(({ last_error }) => last_error !== null));
    expect(readdirSync(outbox).sort()).toEqual([...before, name].sort());
    rmSync(path.join(outbox, name), { recursive: true });
  });
});

describe('the state of the jobs', () => {
  it('is in the metrics and in the doctor’s findings', async () => {
    await using app = await startTestApp();
    expect(await examine(app)).toEqual(['ok: Jobs get done; waiting: 0.']);
    await transact(app, async (trx) => {
      for (let count = 0; count < 10; count += 1) {
        await enqueueJob(trx, 'send_mail', { count }, { maxAttempts: 3 });
      }
    });
    const change = (set: string, where: string) =>
      app.sql(`update graphile_worker._private_jobs set ${set} where (payload->>'count')::int ${where}`);
    await change("locked_by = 'pool-x', locked_at = now(), attempts = 1", '= 1');
    await change("last_error = 'no answer from asha@example.com', attempts = 1, run_at = now()", 'in (2, 3)');
    await change(
      "last_error = 'never', attempts = 3, run_at = now() + interval '15 seconds'",
      'in (4, 5, 6)',
    );
    await change("run_at = now() - interval '2 hours'", '= 7');
    await change("run_at = now() + interval '1 hour'", 'in (8, 9)');
    expect(await readJobMetrics(app)).toEqual({
      waiting: '2',
      scheduled: '2',
      running: '1',
      failing: '2',
      failed: '3',
    });
    expect(await examine(app)).toEqual([
      expect.stringMatching(/^warning: Jobs have been waiting since .*Z: run the server with JOBS=on/),
      'warning: Jobs that failed and will be tried again: 2. The last error: no answer from [address]',
      'warning: Jobs that failed for good: 3. The last error: never',
    ]);
  });

  it('is left out of the metrics while the database is away', async () => {
    await using app = await startTestApp();
    expect(Object.keys(await readJobMetrics(app))).toHaveLength(5);
    await app.sql('alter schema graphile_worker rename to away');
    const answer = await fetch(`${app.url}/metrics`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).not.toContain('truconn_jobs{');
    expect(text).toContain('truconn_hashes_running');
  });
});

it('a job that failed for good is forgotten after 30 days, and no other is', async () => {
  await using app = await startTestApp();
  await transact(app, async (trx) => {
    for (let count = 0; count < 4; count += 1) {
      await enqueueJob(trx, 'send_mail', { count }, { maxAttempts: 3 });
    }
  });
  const change = (set: string, count: number) =>
    app.sql(`update graphile_worker._private_jobs set ${set} where (payload->>'count')::int = ${count}`);
  await change("attempts = 3, run_at = now() - interval '31 days'", 0);
  await change("attempts = 3, run_at = now() - interval '29 days'", 1);
  await change("attempts = 2, run_at = now() - interval '31 days'", 2);
  await change("attempts = 3, run_at = now() - interval '31 days', locked_by = 'x', locked_at = now()", 3);
  const database = connectDatabase(app.database.appUrl, { maxConnections: 1 });
  await forgetFailedJobs(database);
  await database.close();
  const left = await app.sql<{ count: number }>(
    "select (payload->>'count')::int as count from graphile_worker._private_jobs order by 1",
  );
  expect(left.map(({ count }) => count)).toEqual([1, 2, 3]);
});
