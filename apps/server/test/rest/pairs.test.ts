import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { personal } from './routes.ts';
import { type Account, credentialsOf, newAccount, REGISTER, signInByRest, usernameAt } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** What somebody who registered holds once they signed in at one of the APIs: headers, by their name. */
type SignIn = (account: Account, username: string) => Promise<Record<string, Record<string, string>>>;

const loginAt = async (route: `POST /${string}`, body: object) => {
  const answer = await app.rest(route, { body });
  expect(answer.status).toBe(200);
  return answer;
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const SIGN_IN: Record<string, SignIn> = {
  async truconn({ email, password }) {
    const { cookies } = await loginAt('POST /api/auth/login/', { email, password });
    return { cookie: { cookie: `sessionid=${cookies.sessionid}` } };
  },
  async 'session-auth'({ email, password }) {
    const { body } = await loginAt('POST /api/auth/login/', { email, password });
    return { access: bearer(body.access) };
  },
  async 'officer-jwt'({ password }, username) {
    const { body } = await loginAt('POST /api/auth/login/', { username, password });
    return { access: bearer(body.access) };
  },
  async 'officer-jwt in the field'({ password }, username) {
    const { body } = await loginAt('POST /api/token/', { username, password });
    return { access: bearer(body.access) };
  },
  async 'clinic-token'({ email, password }) {
    const { body } = await loginAt('POST /api/users/login/', { email, password });
    return { token: { authorization: `Token ${body.token}` }, 'bearer token': bearer(body.token) };
  },
  async 'simple-jwt'({ password }, username) {
    const { body } = await loginAt('POST /user/api/login/', { username, password });
    return { access: bearer(body.access) };
  },
  async trpc({ email, password }) {
    const client = app.client();
    const { accessToken = '' } = await client.auth.signIn.mutate({
      identifier: email,
      password,
      credential: 'bearer',
    });
    return { access: bearer(accessToken) };
  },
};

const APIS = [...Object.keys(REGISTER), 'trpc'];

async function register(api: string, account: Account): Promise<void> {
  if (api === 'trpc') {
    const { email, password } = account;
    await app.client().auth.signUp.mutate({ email, password, firstName: 'Jane', lastName: 'Doe' });
    return;
  }
  expect((await REGISTER[api]?.(app, account))?.status).toBe(201);
}

const READERS = ['GET /api/auth/profile/', 'GET /api/profile/', 'GET /api/users/me/'] as const;

describe('an account made through any API is the same account through every other', () => {
  const pairs = APIS.flatMap((made) => Object.keys(SIGN_IN).map((used) => ({ made, used })));

  it.each(pairs)('made at $made, used at $used', async ({ made, used }) => {
    const account = newAccount();
    await register(made, account);
    const credentials = await SIGN_IN[used]?.(account, usernameAt(made, account));
    for (const headers of Object.values(credentials ?? {})) {
      for (const route of READERS) {
        const { status, body } = await app.rest(route, { headers });
        expect([route, status, body.email]).toEqual([route, 200, account.email]);
      }
      const me = await app.call('auth.me', { method: 'GET', headers });
      expect(me.body.result.data.user.email).toBe(account.email);
    }
    expect(Object.keys(credentials ?? {})).not.toEqual([]);
  });
});

describe('an e-mail or username that was taken through one API is taken in every other', () => {
  it.each(APIS)('made at %s', async (made) => {
    const account = newAccount();
    await register(made, account);
    const shouted = { ...account, email: account.email.toUpperCase(), username: `other-${account.username}` };
    for (const [api, again] of Object.entries(REGISTER)) {
      const { status, body } = await again(app, shouted);
      expect([api, status, Object.keys(body)]).toEqual([api, 400, ['email']]);
    }
    await expect(
      app.client().auth.signUp.mutate({ ...account, firstName: 'A', lastName: 'B' }),
    ).rejects.toThrow('already exists');
  });

  it.each(['officer-jwt', 'simple-jwt'])('and a username, at %s', async (api) => {
    const account = newAccount();
    await register('officer-jwt', account);
    const other = { ...newAccount(), username: account.username.toUpperCase() };
    const { status, body } = (await REGISTER[api]?.(app, other)) ?? {};
    expect([status, Object.keys(body)]).toEqual([400, ['username']]);
  });

  it.each(['officer-jwt', 'simple-jwt'])('and both, which are reported together, at %s', async (api) => {
    const account = newAccount();
    await register('officer-jwt', account);
    const { status, body } = (await REGISTER[api]?.(app, account)) ?? {};
    expect([status, body]).toEqual([400, { email: [expect.any(String)], username: [expect.any(String)] }]);
  });
});

describe('every credential is accepted on every URL for persons', () => {
  it.each(personal)('$route', async ({ route, method }) => {
    for (const name of ['cookie', 'Bearer JWT', 'Bearer session token', 'Token session token'] as const) {
      // A session for each: signing out is among these.
      const session = await signInByRest(app);
      const headers = credentialsOf(session)[name];
      const { status } = await app.rest(route, { headers, ...(method !== 'GET' && { body: {} }) });
      expect([name, status]).not.toEqual([name, 401]);
    }
  });
});
