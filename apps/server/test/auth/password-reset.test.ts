import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearer, errorData, signInBrowser, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { allJobsDone, linkTokens, mailedToken } from './mail-links.ts';

const NEW = 'copper-violin-marsh-77';

let app: TestApp;
let twin: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
  twin = await startTestApp({ database: app.database });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const ask = (email: string) => app.client().auth.requestPasswordReset.mutate({ email });
const reset = (token: string, newPassword = NEW) =>
  app.client().auth.resetPassword.mutate({ token, newPassword });

async function askToken(person = asha): Promise<string> {
  await ask(person.email);
  return mailedToken(app, person.email, 'reset-password');
}

const INVALID = {
  code: 'INVALID_INPUT',
  httpStatus: 400,
  fields: { token: ['This link is no longer valid; ask for a new one.'] },
};

describe('auth.requestPasswordReset', () => {
  it('mails a link that is built from PUBLIC_URL, whatever Host the request names', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const answer = await app.call('auth.requestPasswordReset', { input: { email: asha.email }, headers });
    expect([answer.status, answer.body.result.data]).toEqual([200, { accepted: true }]);
    const token = await mailedToken(app, asha.email, 'reset-password');
    const mail = (await app.mails()).find(({ text }) => text.includes(token));
    expect(mail?.text).not.toContain('evil.example');
    expect(mail?.html).not.toContain('evil.example');
  });

  it('takes the address in any spelling', async () => {
    await ask(` ${asha.email.toUpperCase()} `);
    expect(await mailedToken(app, asha.email, 'reset-password')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('answers the same for nobody’s address and for a disabled account, and mails neither', async () => {
    const disabled = await app.signUp();
    await app.sql('update users set disabled_at = now() where id = $1', [disabled.user.id]);
    const nobody = newPerson().email;
    for (const email of [nobody, disabled.email]) {
      const answer = await app.call('auth.requestPasswordReset', { input: { email } });
      expect([answer.status, answer.body]).toEqual([200, { result: { data: { accepted: true } } }]);
    }
    await allJobsDone(app);
    expect(await linkTokens(app, nobody, 'reset-password')).toEqual([]);
    expect(await linkTokens(app, disabled.email, 'reset-password')).toEqual([]);
  });

  it('writes the request down without saying whose it was, and the mail with whose', async () => {
    const answer = await app.call('auth.requestPasswordReset', { input: { email: asha.email } });
    await mailedToken(app, asha.email, 'reset-password');
    const rows = await app.sql(
      'select action, actor_id, subject_id, details from audit_events where request_id = $1 order by id',
      [answer.headers.get('x-request-id')],
    );
    expect(rows).toEqual([
      { action: 'user.password_reset_requested', actor_id: null, subject_id: null, details: {} },
      { action: 'user.password_reset_mailed', actor_id: null, subject_id: asha.user.id, details: {} },
    ]);
  });

  it.each([
    ['no address', { email: 'asha' }],
    ['nothing', {}],
    ['more', { email: 'a@b.co', userId: 'x' }],
  ])('is 400 for %s', async (_name, input) => {
    const answer = await app.call('auth.requestPasswordReset', { input });
    expect([answer.status, errorData(answer).code]).toEqual([400, 'INVALID_INPUT']);
  });

  it('keeps no token in the database, only a hash', async () => {
    const token = await askToken();
    const [row] = await app.sql('select hash, email from mail_tokens where user_id = $1 and purpose = $2', [
      asha.user.id,
      'reset_password',
    ]);
    expect(row).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), email: asha.email });
    expect(row?.hash).not.toContain(token);
  });
});

describe('auth.resetPassword', () => {
  it('lets somebody who forgot the password back in, on every instance, and tells them by mail', async () => {
    const token = await askToken();
    await reset(token);
    expect((await errorOf(app.signIn(asha.email, PASSWORD))).code).toBe('INVALID_CREDENTIALS');
    expect((await twin.signIn(asha.email, NEW)).user.id).toBe(asha.user.id);
    await vi.waitUntil(async () =>
      (await app.mails()).some(({ to, text }) => to.includes(asha.email) && !text.includes('token=')),
    );
  });

  it('ends every session with all its faces, on every instance', async () => {
    const browser = await signInBrowser(twin, asha);
    expect(await reset(await askToken())).toEqual({ endedSessions: 2 });
    for (const instance of [app, twin]) {
      for (const headers of [bearer(asha.accessToken), bearer(browser.token), { cookie: browser.cookie }]) {
        expect(await whoAmI(instance, headers)).toBe('401 UNAUTHENTICATED');
      }
      const refreshed = instance.client().auth.refresh.mutate({ refreshToken: asha.refreshToken });
      expect((await errorOf(refreshed)).code).toBe('UNAUTHENTICATED');
    }
  });

  it('verifies the address: whoever has the token reads its mailbox', async () => {
    await reset(await askToken());
    expect((await app.signIn(asha.email, NEW)).user.emailVerified).toBe(true);
  });

  it('works once', async () => {
    const token = await askToken();
    await reset(token);
    expect(await errorOf(reset(token, 'another-violin-marsh-78'))).toMatchObject(INVALID);
    await app.signIn(asha.email, NEW);
  });

  it('makes the other links of that account worthless, and nobody else’s', async () => {
    const first = await askToken();
    await ask(asha.email);
    const second = await mailedToken(app, asha.email, 'reset-password', 2);
    const ravi = await app.signUp();
    const his = await askToken(ravi);
    await reset(second);
    expect(await errorOf(reset(first))).toMatchObject(INVALID);
    await reset(his);
  });

  it('says that a password is too short together with what else is wrong', async () => {
    const error = await errorOf(reset('', 'qjxvwzk'));
    expect(error.fields).toEqual({
      token: ['This field may not be blank.'],
      newPassword: ['A password has at least 8 characters.'],
    });
  });

  it('keeps the token when the policy refuses the password, and says why on newPassword', async () => {
    const token = await askToken();
    for (const weak of ['short', 'password1', `${asha.email}-1`]) {
      const error = await errorOf(reset(token, weak));
      expect([error.code, Object.keys(error.fields ?? {})]).toEqual(['INVALID_INPUT', ['newPassword']]);
    }
    await reset(token);
  });

  it.each([
    ['unknown', '0123456789abcdef0123456789abcdef01234567'],
    ['of another form', 'x'],
    ['with a space more', ' '],
  ])('refuses a token that is %s', async (_name, token) => {
    expect(await errorOf(reset(token))).toMatchObject(INVALID);
  });

  it('refuses a token that is an hour old', async () => {
    const token = await askToken();
    await app.sql("update mail_tokens set expires_at = now() - interval '1 second' where user_id = $1", [
      asha.user.id,
    ]);
    expect(await errorOf(reset(token))).toMatchObject(INVALID);
    await app.signIn(asha.email, PASSWORD);
  });

  it('gives a link that works for an hour', async () => {
    await askToken();
    const [row] = await app.sql<{ minutes: number }>(
      `select extract(epoch from expires_at - created_at)::integer / 60 as minutes
       from mail_tokens where user_id = $1 and purpose = 'reset_password'`,
      [asha.user.id],
    );
    expect(row?.minutes).toBe(60);
  });

  it('refuses a token that was made to verify an address', async () => {
    const token = await mailedToken(app, asha.email, 'verify-email');
    expect(await errorOf(reset(token))).toMatchObject(INVALID);
    await app.client().auth.verifyEmail.mutate({ token });
  });

  it('refuses the token of an account that was disabled since', async () => {
    const token = await askToken();
    await app.sql('update users set disabled_at = now() where id = $1', [asha.user.id]);
    expect(await errorOf(reset(token))).toMatchObject(INVALID);
  });

  it('refuses a token that went to an address which is no longer the account’s', async () => {
    const token = await askToken();
    await app.sql('update users set email = $2 where id = $1', [asha.user.id, newPerson().email]);
    expect(await errorOf(reset(token))).toMatchObject(INVALID);
  });

  it('refuses a token from before the password was changed', async () => {
    const token = await askToken();
    await asha.client.auth.changePassword.mutate({ currentPassword: PASSWORD, newPassword: NEW });
    expect(await errorOf(reset(token, 'another-violin-marsh-78'))).toMatchObject(INVALID);
  });

  it('is a mutation: opening the link with GET uses nothing up', async () => {
    const token = await askToken();
    const opened = await app.call('auth.resetPassword', {
      method: 'GET',
      input: { token, newPassword: NEW },
    });
    expect([opened.status, errorData(opened).code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    await fetch(`${app.url}/account/reset-password?token=${token}`);
    await reset(token);
  });

  it('writes down that it was done, with the sessions that ended', async () => {
    const token = await askToken();
    const answer = await app.call('auth.resetPassword', { input: { token, newPassword: NEW } });
    const rows = await app.sql(
      'select action, actor_id, subject_id, details from audit_events where request_id = $1 order by id',
      [answer.headers.get('x-request-id')],
    );
    expect(rows).toEqual([
      { action: 'user.email_verified', actor_id: null, subject_id: asha.user.id, details: {} },
      {
        action: 'user.password_reset',
        actor_id: null,
        subject_id: asha.user.id,
        details: { endedSessions: 1 },
      },
    ]);
  });
});
