import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorData, tally } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { allJobsDone, linkTokens, mailedToken } from './mail-links.ts';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

const verify = (token: string) => app.client().auth.verifyEmail.mutate({ token });
const isVerified = async (person = asha) => (await person.client.auth.me.query()).user.emailVerified;
const INVALID = { code: 'INVALID_INPUT', fields: { token: [expect.stringContaining('no longer valid')] } };

describe('signing up', () => {
  it('mails a link that verifies the address, to people and organizations alike', async () => {
    expect(await isVerified()).toBe(false);
    const token = await mailedToken(app, asha.email, 'verify-email');
    expect(await verify(token)).toEqual({ email: asha.email, emailVerified: true });
    expect(await isVerified()).toBe(true);
    const hospital = await app.signUpOrganization();
    await verify(await mailedToken(app, hospital.email, 'verify-email'));
    expect(await isVerified(hospital)).toBe(true);
  });

  it('mails nothing when it is refused', async () => {
    const account = { ...newPerson(), username: 'moonrise' };
    await app.client().auth.signUp.mutate(account);
    const { email } = newPerson();
    const refused = app.client().auth.signUp.mutate({ ...account, email });
    expect((await errorOf(refused)).code).toBe('USERNAME_TAKEN');
    await allJobsDone(app);
    expect(await linkTokens(app, email, 'verify-email')).toEqual([]);
  });
});

describe('auth.requestEmailVerification', () => {
  it('mails another link; both work, once', async () => {
    const first = await mailedToken(app, asha.email, 'verify-email');
    expect(await asha.client.auth.requestEmailVerification.mutate()).toEqual({ accepted: true });
    const second = await mailedToken(app, asha.email, 'verify-email', 2);
    expect(second).not.toBe(first);
    await verify(first);
    expect(await errorOf(verify(first))).toMatchObject(INVALID);
    await verify(second);
  });

  it('mails nothing to somebody who is verified', async () => {
    await verify(await mailedToken(app, asha.email, 'verify-email'));
    expect(await asha.client.auth.requestEmailVerification.mutate()).toEqual({ accepted: true });
    await allJobsDone(app);
    expect(await linkTokens(app, asha.email, 'verify-email')).toHaveLength(1);
  });

  it('is for the one who is signed in, and takes no address of somebody else', async () => {
    const input = { email: newPerson().email };
    const answer = await app.call('auth.requestEmailVerification', {
      input,
      headers: { authorization: `Bearer ${asha.accessToken}` },
    });
    expect([answer.status, errorData(answer).code]).toEqual([400, 'INVALID_INPUT']);
  });

  it('is told to wait after ten in an hour', async () => {
    const counts = await tally(
      Array.from({ length: 15 }, () => asha.client.auth.requestEmailVerification.mutate()),
    );
    expect(counts).toEqual({ ok: 10, RATE_LIMITED: 5 });
  });
});

describe('auth.verifyEmail', () => {
  it('of ten at once with one token, one verifies', async () => {
    const token = await mailedToken(app, asha.email, 'verify-email');
    const counts = await tally(Array.from({ length: 10 }, () => verify(token)));
    expect(counts).toEqual({ ok: 1, INVALID_INPUT: 9 });
  });

  it('refuses a token past its day, of a disabled account, and one for an address that was left', async () => {
    const tokens: string[] = [];
    for (const statement of [
      "update mail_tokens set expires_at = now() - interval '1 second' where user_id = $1",
      'update users set disabled_at = now() where id = $1',
      "update users set email = 'left-' || email where id = $1",
    ]) {
      const person = await app.signUp();
      tokens.push(await mailedToken(app, person.email, 'verify-email'));
      await app.sql(statement, [person.user.id]);
    }
    for (const token of tokens) expect(await errorOf(verify(token))).toMatchObject(INVALID);
  });

  it('is not done by opening the link', async () => {
    const token = await mailedToken(app, asha.email, 'verify-email');
    await fetch(`${app.url}/account/verify-email?token=${token}`);
    const answer = await app.call('auth.verifyEmail', { method: 'GET', input: { token } });
    expect(answer.status).toBe(405);
    expect(await isVerified()).toBe(false);
    await verify(token);
  });

  it('is on the audit log', async () => {
    const token = await mailedToken(app, asha.email, 'verify-email');
    const answer = await app.call('auth.verifyEmail', { input: { token } });
    const rows = await app.sql('select action, subject_id, details from audit_events where request_id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    expect(rows).toEqual([{ action: 'user.email_verified', subject_id: asha.user.id, details: {} }]);
  });
});
