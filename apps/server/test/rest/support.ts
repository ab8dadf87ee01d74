import { randomBytes } from 'node:crypto';
import type { RestAnswer } from '../support/rest.ts';
import type { TestApp } from '../support/test-app.ts';

/** Keeps every documented rule for passwords. */
export const REST_PASSWORD = 'Lantern-Orbit-42';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const SESSION_TOKEN = /^[0-9a-f]{40}$/;
export const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** An account as it is made through one of the APIs. */
export interface Account {
  email: string;
  username: string;
  password: string;
}

/** An address that no other test uses, with no word of the password in it. */
export function newAccount(): Account {
  const name = `person-${randomBytes(6).toString('hex')}`;
  return { email: `${name}@example.com`, username: name, password: REST_PASSWORD };
}

type Register = (app: TestApp, account: Account) => Promise<RestAnswer>;

/** How each documented API makes an account, by its short name. */
export const REGISTER: Record<string, Register> = {
  truconn: (app, { email, password }) =>
    app.rest('POST /api/auth/signup/', {
      body: {
        first_name: 'Jane',
        last_name: 'Doe',
        email,
        password1: password,
        password2: password,
        user_role: 'CITIZEN',
      },
    }),
  'session-auth': (app, { email, password }) =>
    app.rest('POST /api/register/', { body: { email, password, password2: password } }),
  'officer-jwt': (app, { email, username, password }) =>
    app.rest('POST /api/auth/register/', {
      body: {
        username,
        password,
        confirm_password: password,
        email,
        first_name: 'Jane',
        last_name: 'Doe',
        mobile: '+91 98765 43210',
        address: '12 Ring Road, Ahmedabad',
        language: 'gu',
        is_officer: false,
      },
    }),
  'clinic-token': (app, { email, password }) =>
    app.rest('POST /api/users/register/', {
      body: {
        email,
        password,
        password_confirm: password,
        first_name: 'John',
        last_name: 'Doe',
        role: 'patient',
        bio: 'Patient bio here',
      },
    }),
  'simple-jwt': (app, { email, username, password }) =>
    app.rest('POST /user/api/register/', { body: { username, email, password } }),
};

/** The username that an account has: documents without one give it the e-mail. */
export function usernameAt(api: string, { email, username }: Account): string {
  return api === 'officer-jwt' || api === 'simple-jwt' ? username : email;
}

/** Makes an account through document 2 and signs it in; every credential of one session. */
export async function signInByRest(app: TestApp, account = newAccount()) {
  await REGISTER['session-auth']?.(app, account);
  const answer = await app.rest('POST /api/auth/login/', {
    body: { email: account.email, password: account.password },
  });
  const { access, refresh, user } = answer.body;
  const token = answer.cookies.sessionid ?? '';
  return { ...account, access, refresh, token, id: user.id, uuid: user.uuid };
}

/** Does at the first call what all calls share. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** Every way in which a session can be presented. */
export function credentialsOf({ access, token }: { access: string; token: string }) {
  return {
    cookie: { cookie: `sessionid=${token}` },
    'Bearer JWT': { authorization: `Bearer ${access}` },
    'Bearer session token': { authorization: `Bearer ${token}` },
    'Token session token': { authorization: `Token ${token}` },
  };
}
