import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorData, tally } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { allJobsDone, linkTokens, mailedToken } from './mail-links.ts';

const NEW_PASSWORD = 'copper-violin-marsh-77';

let app: TestApp;
let asha: Person;
let newEmail: string;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
});
beforeEach(async () => {
  asha = await app.signUp();
  newEmail = newPerson().email;
});
afterAll(() => app[Symbol.asyncDispose]());

const change = (person = asha, to = newEmail, password = PASSWORD) =>
  person.client.auth.changeEmail.mutate({ newEmail: to, password });
const confirm = (token: string) => app.client().auth.confirmEmailChange.mutate({ token });
const INVALID = { code: 'INVALID_INPUT', fields: { token: [expect.stringContaining('no longer valid')] } };

/** Mails to an address that name the new one. */
const mailsAbout = async (to: string, email: string) =>
  (await app.mails()).filter((mail) => mail.to.includes(to) && mail.text.includes(email));

describe('auth.changeEmail', () => {
  it('changes nothing until the new address confirms, and tells the old one at once', async () => {
    expect(await change()).toEqual({ accepted: true });
    await mailedToken(app, newEmail, 'confirm-email');
    await eventually(async () => (await mailsAbout(asha.email, newEmail)).length === 1);
    expect((await asha.client.auth.me.query()).user.email).toBe(asha.email);
    expect((await errorOf(app.signIn(newEmail))).code).toBe('INVALID_CREDENTIALS');
  });

  it('needs the current password', async () => {
    const error = await errorOf(change(asha, newEmail, 'not-her-password-1'));
    expect(error).toMatchObject({ code: 'INVALID_CREDENTIALS', fields: { password: [expect.any(String)] } });
    await allJobsDone(app);
    expect(await linkTokens(app, newEmail, 'confirm-email')).toEqual([]);
  });

  it('refuses the address that it is', async () => {
    const error = await errorOf(change(asha, asha.email.toUpperCase()));
    expect([error.code, Object.keys(error.fields ?? {})]).toEqual(['INVALID_INPUT', ['newEmail']]);
  });

  it('answers the same for an address that somebody has; only its owner learns that, by the link', async () => {
    const ravi = await app.signUp();
    expect(await change(asha, ravi.email.toUpperCase())).toEqual({ accepted: true });
    const token = await mailedToken(app, ravi.email, 'confirm-email');
    expect((await errorOf(confirm(token))).code).toBe('EMAIL_TAKEN');
    expect((await asha.client.auth.me.query()).user.email).toBe(asha.email);
  });

  it('is nothing for nobody', async () => {
    const answer = await app.call('auth.changeEmail', { input: { newEmail, password: PASSWORD } });
    expect([answer.status, errorData(answer).code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('auth.confirmEmailChange', () => {
  it('makes the new address the account’s, verified; the session lives on; the old address is told', async () => {
    await change();
    const token = await mailedToken(app, newEmail, 'confirm-email');
    expect(await confirm(token)).toEqual({ email: newEmail, emailVerified: true });
    expect((await asha.client.auth.me.query()).user).toMatchObject({ email: newEmail, emailVerified: true });
    expect((await app.signIn(newEmail)).user.id).toBe(asha.user.id);
    expect((await errorOf(app.signIn(asha.email))).code).toBe('INVALID_CREDENTIALS');
    await eventually(async () => (await mailsAbout(asha.email, newEmail)).length === 2);
  });

  it('lets a username follow that was the address, and leaves any other', async () => {
    const username = `moon${Date.now()}`;
    const ravi = await app.signUp({ username });
    for (const person of [asha, ravi]) {
      const to = newPerson().email;
      await change(person, to);
      await confirm(await mailedToken(app, to, 'confirm-email'));
      const { user } = await person.client.auth.me.query();
      expect(user.username).toBe(person === asha ? to : username);
    }
  });

  it('makes every link that went to the old address worthless', async () => {
    const verification = await mailedToken(app, asha.email, 'verify-email');
    await app.client().auth.requestPasswordReset.mutate({ email: asha.email });
    const reset = await mailedToken(app, asha.email, 'reset-password');
    await change();
    await confirm(await mailedToken(app, newEmail, 'confirm-email'));
    expect(await errorOf(app.client().auth.verifyEmail.mutate({ token: verification }))).toMatchObject(
      INVALID,
    );
    const resetting = app.client().auth.resetPassword.mutate({ token: reset, newPassword: NEW_PASSWORD });
    expect(await errorOf(resetting)).toMatchObject(INVALID);
  });

  it('works once, also for ten at once', async () => {
    await change();
    const token = await mailedToken(app, newEmail, 'confirm-email');
    const counts = await tally(Array.from({ length: 10 }, () => confirm(token)));
    expect(counts).toEqual({ ok: 1, INVALID_INPUT: 9 });
  });

  it('of two people who want one address, one gets it, and the other is told that it is taken', async () => {
    const ravi = await app.signUp();
    await change(asha);
    const hers = await mailedToken(app, newEmail, 'confirm-email');
    await change(ravi);
    const his = await mailedToken(app, newEmail, 'confirm-email', 2);
    const counts = await tally([confirm(hers), confirm(his)]);
    expect(counts).toEqual({ ok: 1, EMAIL_TAKEN: 1 });
  });

  it('refuses the token of a disabled account, and one past its day', async () => {
    for (const statement of [
      'update users set disabled_at = now() where id = $1',
      "update mail_tokens set expires_at = now() - interval '1 second' where user_id = $1",
    ]) {
      const person = await app.signUp();
      const to = newPerson().email;
      await change(person, to);
      const token = await mailedToken(app, to, 'confirm-email');
      await app.sql(statement, [person.user.id]);
      expect(await errorOf(confirm(token))).toMatchObject(INVALID);
    }
  });

  it('is on the audit log, asked and done', async () => {
    await change();
    await confirm(await mailedToken(app, newEmail, 'confirm-email'));
    const rows = await app.sql(
      `select action, actor_id from audit_events where subject_id = $1 and action like 'user.email%' order by id`,
      [asha.user.id],
    );
    expect(rows).toEqual([
      { action: 'user.email_change_requested', actor_id: asha.user.id },
      { action: 'user.email_changed', actor_id: null },
    ]);
  });
});
