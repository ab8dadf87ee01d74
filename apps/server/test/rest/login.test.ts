import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { newAccount, once, REGISTER, signInByRest } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const signInOnce = once(() => signInByRest(app));

const REQUIRED = ['This field is required.'];

const LOGINS = [
  'POST /api/auth/login/',
  'POST /api/users/login/',
  'POST /user/api/login/',
  'POST /api/token/',
] as const;

describe('login', () => {
  it('takes an e-mail or a username in either field', async () => {
    const account = newAccount();
    await REGISTER['officer-jwt']?.(app, account);
    const { email, username, password } = account;
    for (const name of [
      { email },
      { username },
      { email: username },
      { username: email },
      { email: email.toUpperCase() },
      { email, username: email },
    ]) {
      for (const route of ['POST /api/auth/login/', 'POST /api/token/', 'POST /user/api/login/'] as const) {
        expect([name, (await app.rest(route, { body: { ...name, password } })).status]).toEqual([name, 200]);
      }
    }
    const both = await app.rest('POST /api/auth/login/', { body: { email, username, password } });
    expect([both.status, Object.keys(both.body)]).toEqual([400, ['non_field_errors']]);
  });

  it('takes a form whose other field was not filled in', async () => {
    const account = newAccount();
    await REGISTER['officer-jwt']?.(app, account);
    const { email, username, password } = account;
    for (const empty of ['', null]) {
      for (const route of LOGINS) {
        for (const name of [
          { email, username: empty },
          { email: empty, username },
        ]) {
          expect([name, (await app.rest(route, { body: { ...name, password } })).status]).toEqual([
            name,
            200,
          ]);
        }
        expect((await app.rest(route, { body: { email: empty, username: empty, password } })).status).toBe(
          400,
        );
      }
    }
  });

  it.each([
    ['POST /api/auth/login/', 'email'],
    ['POST /api/users/login/', 'email'],
    ['POST /user/api/login/', 'username'],
    ['POST /api/token/', 'username'],
  ] as const)('at %s asks for what its document names', async (route, field) => {
    const { status, body } = await app.rest(route, { body: {} });
    expect([status, body]).toEqual([400, { [field]: REQUIRED, password: REQUIRED }]);
  });

  it.each([
    'POST /api/auth/login/',
    'POST /api/users/login/',
    'POST /user/api/login/',
    'POST /api/token/',
  ] as const)('at %s answers a wrong password like an unknown account', async (route) => {
    const account = newAccount();
    await REGISTER['simple-jwt']?.(app, account);
    const sentence = 'The e-mail or username and the password do not match.';
    for (const email of [account.email, 'nobody@example.com']) {
      const answer = await app.rest(route, { body: { email, password: 'Wrong-Password-1' } });
      expect([answer.status, answer.body]).toEqual([401, { detail: sentence, error: sentence }]);
      expect(answer.cookies).toEqual({});
    }
  });

  it.each([
    'POST /api/auth/login/',
    'POST /api/users/login/',
    'POST /user/api/login/',
    'POST /api/token/',
  ] as const)('at %s is refused from a foreign page, with a header or without', async (route) => {
    const account = newAccount();
    await REGISTER['simple-jwt']?.(app, account);
    const body = { email: account.email, password: account.password };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'https://evil.example', authorization: 'Bearer x' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await app.rest(route, { body, headers });
      expect([answer.status, answer.cookies]).toEqual([403, {}]);
    }
    const own = await app.rest(route, { body, headers: { origin: app.url } });
    expect(own.status).toBe(200);
  });

  it('sets the cookie of a session on its own URL alone', async () => {
    const { email, password } = await signInOnce();
    const setters = await Promise.all(
      (
        [
          'POST /api/auth/login/',
          'POST /api/token/',
          'POST /api/users/login/',
          'POST /user/api/login/',
        ] as const
      ).map(async (route) => Object.keys((await app.rest(route, { body: { email, password } })).cookies)),
    );
    expect(setters).toEqual([['sessionid'], ['sessionid'], [], []]);
  });
});
