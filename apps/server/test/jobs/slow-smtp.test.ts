import { expect, it } from 'vitest';
import { startSmtpServer } from '../support/smtp-server.ts';
import { startTestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { enqueue, listJobs, retryNow } from './support.ts';

const never = () => new Promise<never>(() => undefined);

// The mailer's own patience is 15 seconds.
it.concurrent.each([
  ['greets', { beforeGreeting: never }],
  ['says whether it takes the message', { beforeAccepting: never }],
])(
  'an SMTP server that never %s holds up no request, and is given up and tried again',
  { timeout: 90_000 },
  async (_what, behaviour) => {
    await using smtp = await startSmtpServer(behaviour);
    await using app = await startTestApp({ jobs: true, env: { SMTP_URL: smtp.url } });
    const asha = await app.signUp();
    await enqueue(app, { kind: 'password_changed', userId: asha.user.id });
    await eventually(async () => (await listJobs(app)).some(({ locked_by }) => locked_by !== null));
    await asha.client.consent.grant.mutate({ categoryId: 4 });
    expect((await listJobs(app)).some(({ locked_by }) => locked_by !== null)).toBe(true);

    await eventually(async () => (await listJobs(app)).every(({ last_error }) => last_error !== null));
    const errors = (await listJobs(app)).map(({ last_error }) => last_error).join();
    expect(errors).toMatch(/timeout|Greeting never received/i);
    smtp.behaviour = {};
    await eventually(async () => {
      await retryNow(app);
      return (await listJobs(app)).length === 0;
    });
    expect(smtp.accepted.filter(({ subject }) => subject === 'Your password was changed')).toHaveLength(1);
  },
);
