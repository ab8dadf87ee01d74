import { describe, expect, test, vi } from 'vitest';
import { connectClient } from '../support/client.ts';
import { type ReceivedMail, readOutbox } from '../support/mail.ts';
import { createWorkplace, freePort } from '../support/server-process.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { eventually } from '../support/time.ts';

// Each starts several processes with a database.
vi.setConfig({ testTimeout: 90_000 });

const newAccount = (email: string) => ({
  email,
  password: 'plum-orbit-lantern-42',
  firstName: 'Asha',
  lastName: 'Patel',
});

const signUp = (url: string, email: string) => connectClient(url).auth.signUp.mutate(newAccount(email));

test('a mail that was being sent when the server was killed arrives after its restart, under the same Message-ID', async () => {
  await using smtp = await startSmtpServer();
  await using place = createWorkplace();
  const held: ReceivedMail[] = [];
  smtp.behaviour = {
    beforeAccepting: (mail) => {
      held.push(mail);
      return new Promise(() => undefined);
    },
  };
  const env = { SMTP_URL: smtp.url };
  const killed = await place.start(env);
  await signUp(killed.url, 'asha@example.com');
  await eventually(() => held.length === 1);
  await killed.stop('SIGKILL');

  smtp.behaviour = {};
  await place.start(env);
  await eventually(() => smtp.accepted.length > 0);
  expect(smtp.accepted.map(({ messageId }) => messageId)).toEqual([held[0]?.messageId]);
});

describe('npm run worker', () => {
  test('runs the jobs that a server with JOBS=off leaves alone, and stops on SIGTERM', async () => {
    await using smtp = await startSmtpServer();
    await using place = createWorkplace();
    const server = await place.start({ JOBS: 'off' });
    await signUp(server.url, 'asha@example.com');

    const worker = await place.startWorker({ JOBS: 'off', SMTP_URL: smtp.url });
    const outbox = () => readOutbox(place.dataDir);
    await eventually(async () => smtp.accepted.length + (await outbox()).length === 1);
    // The server would have put it here.
    expect(await outbox()).toEqual([]);
    expect(smtp.accepted[0]?.to).toEqual(['asha@example.com']);
    const { code, output } = await worker.stop('SIGTERM');
    expect(code).toBe(0);
    expect(output).toContain(`mails go to 127.0.0.1:${smtp.port}`);
    expect(output).toContain('Stopped.');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('works without a server, and leaves no database running', async () => {
    await using place = createWorkplace();
    const server = await place.start({ JOBS: 'off' });
    await signUp(server.url, 'asha@example.com');
    await server.stop('SIGTERM');
    const worker = await place.startWorker();
    await eventually(async () => (await readOutbox(place.dataDir)).length === 1);
    const { code, output } = await worker.stop('SIGINT');
    expect(code).toBe(0);
    expect(output).toContain(`mails become files in ${place.dataDir}/outbox`);
    const files = 'pictures (S3_ENDPOINT is not set) and mails (SMTP_URL is not set)';
    expect(output).toContain(
      `! Kept as files in ${place.dataDir}: ${files}. This worker must share DATA_DIR with the servers.`,
    );
    const doctor = await place.run(['cli.js', 'doctor'], { env: { JOBS: 'off' } });
    expect(doctor.output).toContain('✔ Jobs get done; waiting: 0.');
    expect(doctor.output).toContain('! JOBS is off and S3_ENDPOINT is not set: npm run worker must share');
  });

  test('whose SMTP server is down leaves a job that the doctor tells of', async () => {
    await using place = createWorkplace();
    const env = { SMTP_URL: `smtp://127.0.0.1:${await freePort()}` };
    const server = await place.start(env);
    await signUp(server.url, 'asha@example.com');
    await eventually(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return metrics.includes('truconn_jobs{state="failing"} 1');
    });
    const { code, output } = await place.run(['cli.js', 'doctor'], { env });
    expect(output).toMatch(/! Jobs that failed and will be tried again: 1\. The last error: .*ECONNREFUSED/);
    expect(output).toContain('! MAIL_FROM is at localhost');
    expect(output).not.toContain('asha@example.com');
    expect(code).toBe(0);
    expect((await server.stop('SIGTERM')).output).not.toContain('asha@example.com');
  });
});
