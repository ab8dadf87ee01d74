import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endingOf } from '../support/calls.ts';
import { connectClient, signInClient } from '../support/client.ts';
import { readOutbox } from '../support/mail.ts';
import { createWorkplace, type ServerProcess, type Workplace } from '../support/server-process.ts';
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts';
import { newPerson } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

const FORGOTTEN = 'plum-orbit-lantern-42';
const NEW = 'copper-violin-marsh-77';

let workplace: Workplace;
let mailServer: TestSmtpServer;
let server: ServerProcess;
beforeAll(async () => {
  workplace = createWorkplace();
  mailServer = await startSmtpServer();
  server = await workplace.start({
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'TruConn <care@truconn.example>',
    LOG_LEVEL: 'info',
  });
});
afterAll(async () => {
  await workplace[Symbol.asyncDispose]();
  await mailServer[Symbol.asyncDispose]();
});

async function mailedLink(to: string, page: string): Promise<URL> {
  const link = () =>
    mailServer.accepted
      .filter((mail) => mail.to.includes(to))
      .flatMap(({ text }) => new RegExp(`^http\\S*/account/${page}\\S*$`, 'm').exec(text)?.[0] ?? [])
      .at(-1);
  await eventually(() => link() !== undefined);
  return new URL(link() ?? '');
}

describe('somebody who forgot the password', () => {
  it('comes back by a mail over SMTP: asks, opens the link, sets a new one, signs in', async () => {
    const account = newPerson();
    const visitor = connectClient(server.url);
    await visitor.auth.signUp.mutate(account);
    const device = await signInClient(server.url, account.email, FORGOTTEN);

    await visitor.auth.requestPasswordReset.mutate({ email: account.email });
    const link = await mailedLink(account.email, 'reset-password');
    expect(link.origin).toBe(server.url);
    const page = await fetch(link);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);

    const token = link.searchParams.get('token') ?? '';
    await visitor.auth.resetPassword.mutate({ token, newPassword: NEW });
    expect(await endingOf(device.auth.me.query())).toBe('UNAUTHENTICATED');
    expect(await endingOf(signInClient(server.url, account.email, FORGOTTEN))).toBe('INVALID_CREDENTIALS');
    const { user } = await (await signInClient(server.url, account.email, NEW)).auth.me.query();
    expect(user).toMatchObject({ email: account.email, emailVerified: true });
    expect(mailServer.accepted.every((mail) => mail.from === 'care@truconn.example')).toBe(true);
    expect(server.output()).not.toContain(token);
  });

  it('is answered while the mail server is down, as anybody is, and gets the mail when it is back', async () => {
    const account = newPerson();
    const visitor = connectClient(server.url);
    await visitor.auth.signUp.mutate(account);
    await mailedLink(account.email, 'verify-email');
    const { port } = mailServer;
    await mailServer.stop();
    for (const email of [account.email, newPerson().email]) {
      expect(await visitor.auth.requestPasswordReset.mutate({ email })).toEqual({ accepted: true });
    }
    mailServer = await startSmtpServer({}, port);
    const link = await mailedLink(account.email, 'reset-password');
    await visitor.auth.resetPassword.mutate({
      token: link.searchParams.get('token') ?? '',
      newPassword: NEW,
    });
    await signInClient(server.url, account.email, NEW);
  });

  it('finds the mail as a file where no mail server is set, with the address that people know in its link', async () => {
    await using other = createWorkplace();
    const started = await other.start({ PUBLIC_URL: 'https://truconn.example', ALLOWED_HOSTS: '127.0.0.1' });
    await connectClient(started.url).auth.signUp.mutate(newPerson());
    await eventually(async () => (await readOutbox(other.dataDir)).length === 1);
    const [mail] = await readOutbox(other.dataDir);
    expect(mail?.text).toMatch(/^https:\/\/truconn\.example\/account\/verify-email\?token=[0-9a-f]{40}$/m);
  });
});
