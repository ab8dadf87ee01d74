import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allJobsDone, linkTokens, mailedToken, whileJobsWait } from '../auth/mail-links.ts';
import { enqueue, listJobs, retryNow } from '../jobs/support.ts';
import { bearer } from '../support/calls.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { countsOf, setPoints } from './support.ts';

let app: TestApp;
let strict: TestApp;
let asha: Person;
let stranger: string;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
  strict = await startTestApp({ database: app.database, env: { COMPAT: 'strict' } });
});
beforeEach(async () => {
  await app.sql('delete from rate_limits');
  asha = await app.signUp();
  stranger = newPerson().email;
});
afterAll(async () => {
  await strict[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const patch = (email: string, person = asha, instance = app) =>
  instance.rest('PATCH /api/auth/profile/', { body: { email }, headers: bearer(person.accessToken) });
const confirmations = async (email: string) => (await linkTokens(app, email, 'verify-email')).length;
/** Mails of any kind to an address. */
const mailsTo = async (email: string) => (await app.mails()).filter(({ to }) => to.includes(email)).length;
const noticesTo = async (recipient: string, about: string) =>
  (await app.mails()).filter(({ to, text }) => to.includes(recipient) && text.includes(about)).length;

describe('a confirmation goes only to the address that it was counted for', () => {
  it('when somebody signs up, and has another address by the time that it is sent', async () => {
    const account = newPerson();
    await whileJobsWait(app, async () => {
      asha = await app.signUp(account);
      expect((await patch(stranger)).status).toBe(200);
    });
    expect([await confirmations(account.email), await confirmations(stranger)]).toEqual([0, 1]);
  });

  it('when somebody asks for it, and when an update changes the address again', async () => {
    const [between, last] = [newPerson().email, newPerson().email];
    await whileJobsWait(app, async () => {
      for (let count = 0; count < 3; count += 1) await asha.client.auth.requestEmailVerification.mutate();
      for (const email of [between, last, stranger]) expect((await patch(email)).status).toBe(200);
    });
    const counts = [between, last, stranger].map((email) => confirmations(email));
    expect(await Promise.all(counts)).toEqual([0, 0, 1]);
  });

  it('but a job of an older version, which names none, to the one that the person has', async () => {
    await mailedToken(app, asha.email, 'verify-email');
    await enqueue(app, { kind: 'verify_email', userId: asha.user.id });
    await mailedToken(app, asha.email, 'verify-email', 2);
  });
});

describe('mails to one address', () => {
  it('are ten an hour: resends, confirmations, changes of address and invitations together', async () => {
    await mailedToken(app, asha.email, 'verify-email');
    const hospital = await app.signUpOrganization();
    const causes = [
      () => app.rest('POST /api/auth/resend-verification/', { body: { email: asha.email } }),
      () => app.call('auth.requestEmailVerification', { headers: bearer(asha.accessToken) }),
      async () =>
        app.call('auth.changeEmail', {
          input: { newEmail: asha.email, password: PASSWORD },
          headers: bearer((await app.signUp()).accessToken),
        }),
      async () => patch(asha.email, await app.signUp(), strict),
      () =>
        app.call('orgAccess.members.invite', {
          input: { email: asha.email },
          headers: bearer(hospital.accessToken),
        }),
    ];
    const statuses: number[] = [];
    for (let count = 0; count < 15; count += 1) {
      // An account is invited once: the other causes take its turn.
      const cause = count === 4 ? causes[4] : causes[count % 4];
      statuses.push((await cause?.())?.status ?? 0);
    }
    expect(statuses).toEqual([...Array(10).fill(200), ...Array(5).fill(429)]);
    for (const cause of causes) expect((await cause()).status).toBe(429);
    await allJobsDone(app);
    // The sign-up's own, and ten.
    expect(await mailsTo(asha.email)).toBe(11);
  });

  it('are not counted for somebody whose address is verified and who asks to verify it', async () => {
    await app.sql('update users set email_verified_at = now() where id = $1', [asha.user.id]);
    await asha.client.auth.requestEmailVerification.mutate();
    expect(await countsOf(app, 'mail_target')).toEqual([]);
  });
});

describe('an old address that nobody has verified', () => {
  beforeEach(() => allJobsDone(app));

  it.each([
    ['an update that holds at once', (email: string) => patch(email)],
    ['an update that waits', (email: string) => patch(email, asha, strict)],
    [
      'auth.changeEmail',
      (newEmail: string) =>
        app.call('auth.changeEmail', {
          input: { newEmail, password: PASSWORD },
          headers: bearer(asha.accessToken),
        }),
    ],
  ])('is told of %s while it has had few mails, and the change is made all the same', async (_by, change) => {
    const [first, second] = [newPerson().email, newPerson().email];
    const old = asha.email;
    expect((await change(first)).status).toBe(200);
    await allJobsDone(app);
    expect(await noticesTo(old, first)).toBe(1);
    await app.sql('update users set email = $2 where id = $1', [asha.user.id, old]);
    // As many mails went to every address of this test.
    await setPoints(app, 'mail_target', 10);
    expect((await change(second)).status).toBe(200);
    await allJobsDone(app);
    expect(await noticesTo(old, second)).toBe(0);
    expect(await mailsTo(second)).toBe(1);
  });

  it('is not told of a confirmed change either when it has had its mails', async () => {
    await asha.client.auth.changeEmail.mutate({ newEmail: stranger, password: PASSWORD });
    const token = await mailedToken(app, stranger, 'confirm-email');
    await allJobsDone(app);
    await setPoints(app, 'mail_target', 10);
    const before = await mailsTo(asha.email);
    expect((await app.call('auth.confirmEmailChange', { input: { token } })).status).toBe(200);
    await allJobsDone(app);
    expect(await mailsTo(asha.email)).toBe(before);
  });

  it('is mailed no more than ten an hour by somebody who comes to it and leaves it again', async () => {
    const thieves = await Promise.all(Array.from({ length: 4 }, () => app.signUp()));
    for (let round = 0; round < 12; round += 1) {
      const thief = thieves[round % 4];
      await patch(stranger, thief);
      await patch(newPerson().email, thief);
    }
    await allJobsDone(app);
    const sent = await mailsTo(stranger);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(10);
  });

  it('is told by a job of an older version, which does not say', async () => {
    await asha.client.auth.requestEmailVerification.mutate();
    await setPoints(app, 'mail_target', 10);
    await enqueue(app, {
      kind: 'email_changed',
      userId: asha.user.id,
      oldEmail: asha.email,
      newEmail: stranger,
    });
    await allJobsDone(app);
    expect(await noticesTo(asha.email, stranger)).toBe(1);
  });
});

describe('an old address that was verified', () => {
  it('is told of every change, however many mails it has had, and they are not counted', async () => {
    await app.sql('update users set email_verified_at = now() where id = $1', [asha.user.id]);
    const old = asha.email;
    await app.rest('POST /api/auth/resend-verification/', { body: { email: old } });
    await setPoints(app, 'mail_target', 10);
    const newEmail = newPerson().email;
    await asha.client.auth.changeEmail.mutate({ newEmail, password: PASSWORD });
    const token = await mailedToken(app, newEmail, 'confirm-email');
    await app.client().auth.confirmEmailChange.mutate({ token });
    await eventually(async () => (await noticesTo(old, newEmail)) === 2);
    await allJobsDone(app);
    const counts = await countsOf(app, 'mail_target');
    expect(counts.map(({ points }) => points).sort()).toEqual([1, 10]);
  });
});

describe('a notice that could not be sent', () => {
  it('is counted once, however often it was tried', async () => {
    await using smtp = await startSmtpServer();
    await using mailed = await startTestApp({ jobs: true, env: { SMTP_URL: smtp.url } });
    const person = await mailed.signUp();
    await allJobsDone(mailed);
    smtp.behaviour = { refuseRecipient: () => 451 };
    const { id: userId } = person.user;
    const change = { oldEmail: person.email, oldEmailVerified: false, newEmail: stranger };
    await enqueue(mailed, { kind: 'email_changed', userId, ...change });
    await eventually(async () => {
      await retryNow(mailed);
      return (await listJobs(mailed)).some(({ attempts }) => attempts > 1);
    });
    smtp.behaviour = {};
    await eventually(async () => {
      await retryNow(mailed);
      return (await listJobs(mailed)).length === 0;
    });
    expect((await countsOf(mailed, 'mail_target')).map(({ points }) => points)).toEqual([1]);
    expect(smtp.accepted.filter(({ subject }) => subject.includes('changed'))).toHaveLength(1);
  });
});
