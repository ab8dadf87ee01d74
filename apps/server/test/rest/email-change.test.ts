import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailedToken } from '../auth/mail-links.ts';
import { base64, blank } from '../images/samples.ts';
import { hurryJobs, keptPictures, nameIn, waitingJobs } from '../profile/avatar-support.ts';
import { statementsOf, textOf } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { newAccount, REGISTER, signInByRest } from './support.ts';

let app: TestApp;
let png: string;
let asha: Awaited<ReturnType<typeof signInByRest>>;
let to: string;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
  png = base64(await blank(30, 20).png().toBuffer());
});
beforeEach(async () => {
  asha = await signInByRest(app);
  to = newAccount().email;
});
afterAll(() => app[Symbol.asyncDispose]());

const headersOf = ({ access }: { access: string }) => ({ authorization: `Bearer ${access}` });
const patch = (body: object, person: { access: string } = asha) =>
  app.rest('PATCH /api/auth/profile/', { body, headers: headersOf(person) });
const profile = async (person: { access: string } = asha) =>
  (await app.rest('GET /api/auth/profile/', { headers: headersOf(person) })).body;
const signIn = async (email: string, password = asha.password) =>
  (await app.rest('POST /api/auth/login/', { body: { email, password } })).status;
/** Mails to an address that name another one. */
const mailsAbout = async (recipient: string, email: string) =>
  (await app.mails()).filter((mail) => mail.to.includes(recipient) && mail.text.includes(email));

describe('another e-mail in an update of the profile', () => {
  it('holds at once, unverified, for the sessions that there are and for the next sign-in', async () => {
    await app.sql('update users set email_verified_at = now() where id = $1', [asha.uuid]);
    const { status, body } = await patch({ email: to.toUpperCase() });
    expect([status, body.email, body.email_verified, body.username]).toEqual([200, to, false, to]);
    expect(await profile()).toEqual(body);
    expect([await signIn(to), await signIn(asha.email)]).toEqual([200, 401]);
  });

  it('tells the old address, and sends the new one a link that verifies it', async () => {
    await patch({ email: to });
    const token = await mailedToken(app, to, 'verify-email');
    await eventually(async () => (await mailsAbout(asha.email, to)).length === 1);
    expect((await app.rest('POST /api/auth/verify-email/', { body: { token } })).status).toBe(200);
    expect((await profile()).email_verified).toBe(true);
  });

  it('leaves a username that is not the e-mail', async () => {
    const account = newAccount();
    await REGISTER['simple-jwt']?.(app, account);
    const { username, password } = account;
    const { body } = await app.rest('POST /user/api/login/', { body: { username, password } });
    await patch({ email: to }, body);
    expect(await profile(body)).toMatchObject({ email: to, username });
  });

  it('makes every link that went to the old address worthless, also when the account comes back to it', async () => {
    const verification = await mailedToken(app, asha.email, 'verify-email');
    await app.rest('POST /api/auth/password-reset/', { body: { email: asha.email } });
    const reset = await mailedToken(app, asha.email, 'reset-password');
    const third = newAccount().email;
    const sdk = app.client(headersOf(asha));
    await sdk.auth.changeEmail.mutate({ newEmail: third, password: asha.password });
    const confirmation = await mailedToken(app, third, 'confirm-email');
    const useAll = () => [
      app.rest('POST /api/auth/verify-email/', { body: { token: verification } }),
      app.rest('POST /api/auth/password-reset/confirm/', {
        body: { token: reset, new_password: 'Marsh-Violin-77' },
      }),
      app.call('auth.confirmEmailChange', { input: { token: confirmation } }),
    ];
    for (const email of [to, asha.email]) {
      expect((await patch({ email })).status).toBe(200);
      const statuses = (await Promise.all(useAll())).map(({ status }) => status);
      expect(statuses).toEqual([400, 400, 400]);
      expect(await profile()).toMatchObject({ email, email_verified: false });
    }
  });

  it('is on the audit log', async () => {
    const { headers } = await patch({ email: to });
    const rows = await app.sql(
      'select action, actor_id, subject_id from audit_events where request_id = $1',
      [headers.get('x-request-id')],
    );
    expect(rows).toEqual([{ action: 'user.email_changed', actor_id: asha.uuid, subject_id: asha.uuid }]);
  });

  it('that is the same changes nothing, and costs no mail', async () => {
    await app.sql('update users set email_verified_at = now() where id = $1', [asha.uuid]);
    const whole = await profile();
    const statements = await statementsOf(() =>
      patch({ ...whole, email: asha.email.toUpperCase(), bio: 'x' }),
    );
    expect(statements.map(textOf).filter((text) => /rate_limits|add_job|audit_events/.test(text))).toEqual(
      [],
    );
    expect(await profile()).toEqual({ ...whole, bio: 'x', about: 'x' });
  });

  it('is 400 on the field when somebody has it, and what else was sent is not changed', async () => {
    const ravi = await signInByRest(app);
    const before = await profile();
    const kept = keptPictures(app);
    const { status, body } = await patch({ email: ravi.email, first_name: 'Kiran', bio: 'x', avatar: png });
    expect([status, body]).toEqual([400, { email: [expect.any(String)] }]);
    expect(await profile()).toEqual(before);
    await allMailed();
    expect(await mailsAbout(ravi.email, ravi.email)).toEqual([]);
    expect(await mailsAbout(asha.email, ravi.email)).toEqual([]);
    // The picture that was kept for it goes by itself.
    expect(keptPictures(app)).toHaveLength(kept.length + 1);
    await hurryJobs(app);
    await eventually(async () => (await waitingJobs(app)) === 0);
    expect(keptPictures(app)).toEqual(kept);
  });

  it('changes together with a picture and names, in one answer', async () => {
    const { status, body } = await patch({ email: to, first_name: 'Kiran', profile_pic: png });
    expect([status, body.email, body.first_name]).toEqual([200, to, 'Kiran']);
    expect(keptPictures(app)).toContain(nameIn(body.avatar));
    const without = await patch({ avatar: null });
    expect([without.status, without.body.avatar, without.body.email]).toEqual([200, null, to]);
    await eventually(() => !keptPictures(app).includes(nameIn(body.avatar)));
  });

  it('does not change when the picture is none', async () => {
    for (const avatar of ['no base64', base64(Buffer.from('<svg/>'))]) {
      const { status, body } = await patch({ email: to, avatar });
      expect([status, Object.keys(body)]).toEqual([400, ['avatar']]);
    }
    expect((await profile()).email).toBe(asha.email);
  });

  it('is 401 for nobody, and 400 on the field for what is no address', async () => {
    expect((await app.rest('PATCH /api/auth/profile/', { body: { email: to } })).status).toBe(401);
    for (const email of ['nobody', 7, [to], `${'a'.repeat(400)}@example.com`]) {
      const { status, body } = await patch({ email, bio: 'x' });
      expect([status, Object.keys(body)]).toEqual([400, ['email']]);
    }
    expect(await profile()).toMatchObject({ email: asha.email, bio: '' });
  });
});

describe('changes of address are limited', () => {
  it('for each person, to ten an hour; the rest of the profile is not', async () => {
    for (let count = 0; count < 10; count += 1) {
      expect((await patch({ email: newAccount().email })).status).toBe(200);
    }
    const before = await profile();
    expect((await patch({ email: to, bio: 'x' })).status).toBe(429);
    expect(await profile()).toEqual(before);
    expect((await patch({ bio: 'x' })).status).toBe(200);
  });

  it('for each address, to ten an hour, whoever names it', async () => {
    const ravi = await signInByRest(app);
    const statuses = [];
    for (let count = 0; count < 11; count += 1) {
      statuses.push((await patch({ email: ravi.email }, await signInByRest(app))).status);
    }
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
  });
});

async function allMailed(): Promise<void> {
  await app.sql(
    `select graphile_worker.reschedule_jobs(array_agg(id), now()) from graphile_worker.jobs
     where task_identifier = 'send_mail'`,
  );
  await eventually(async () => {
    const rows = await app.sql(`select id from graphile_worker.jobs where task_identifier = 'send_mail'`);
    return rows.length === 0;
  });
}
