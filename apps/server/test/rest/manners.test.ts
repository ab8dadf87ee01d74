import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/rest/register.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { newAccount, REGISTER, REST_PASSWORD, signInByRest } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

type Route = `${string} /${string}`;

/** A route’s URL with ids that are well formed and nobody’s. */
function concrete(url: string): string {
  return url.replace(':user_id', '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77').replace(/:\w+/g, '2147483647');
}

const routes = ROUTES.map(({ method, url, access }) => ({
  route: `${method} ${concrete(url)}` as Route,
  path: concrete(url),
  method,
  access,
}));
const personal = routes.filter(({ access }) => access === 'person');
const withBody = routes.filter(({ method }) => method !== 'GET');
const REQUIRED = ['This field is required.'];

describe('every URL', () => {
  it.each(routes)('$route answers the same without its trailing slash', async ({ route, method, path }) => {
    const body = method === 'GET' ? {} : { body: {} };
    const answers = await Promise.all([
      app.rest(route, body),
      app.rest(`${method} ${path.replace(/\/$/, '')}` as Route, body),
    ]);
    const [first, second] = answers.map(({ status, body }) => [status, Object.keys(body)]);
    expect(second).toEqual(first);
    expect(first?.[0]).not.toBe(404);
  });

  it.each(personal)('$route tells nobody anything but to bring credentials', async ({ route, method }) => {
    for (const headers of [
      {},
      { authorization: 'Bearer garbage' },
      { authorization: 'Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b' },
      { authorization: 'Basic amFuZTpkb2U=' },
      { cookie: 'sessionid=9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b' },
    ]) {
      for (const body of method === 'GET' ? [undefined] : [undefined, {}, '{"email": ']) {
        const answer = await app.rest(route, { headers, ...(body !== undefined && { body }) });
        expect([answer.status, answer.body]).toEqual([
          401,
          { detail: 'Authentication credentials were not provided.' },
        ]);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    }
  });

  it.each(personal)('$route never falls back to a good cookie from a bad header', async ({ route }) => {
    const { token } = await signInOnce();
    const headers = { cookie: `sessionid=${token}`, authorization: 'Bearer garbage' };
    expect((await app.rest(route, { headers })).status).toBe(401);
  });

  it.each(routes)('$path says which methods it has', async ({ path }) => {
    const { status, body, headers } = await app.rest(`DELETE ${path}` as Route);
    expect([status, body]).toEqual([405, { detail: 'Method "DELETE" not allowed.' }]);
    const methods = routes.filter((other) => other.path === path).map(({ method }) => method);
    expect(headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(methods));
  });
});

let signedIn: ReturnType<typeof signInByRest> | undefined;
function signInOnce() {
  signedIn ??= signInByRest(app);
  return signedIn;
}

describe('a body', () => {
  it.each(withBody)('of $route that is no JSON is a parse error', async ({ route }) => {
    const { access } = await signInOnce();
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
    for (const body of ['{"email": "jane', '{email: 1}', '{"a":1,}', "{'a':1}", 'null null']) {
      const answer = await app.rest(route, { headers, body });
      expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['detail']]);
      expect(answer.body.detail).toMatch(/^JSON parse error - ./);
      expect(answer.body.detail).not.toContain('jane');
    }
  });

  it.each(withBody)('of $route in another format is 415', async ({ route }) => {
    const { access } = await signInOnce();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ]) {
      const headers = { authorization: `Bearer ${access}`, 'content-type': type };
      const answer = await app.rest(route, { headers, body: 'email=jane%40example.com' });
      expect([type, answer.status, answer.body.detail]).toEqual([
        type,
        415,
        'Send the body as application/json.',
      ]);
    }
  });

  const hostile: [string, string][] = [
    ['__proto__', '{"__proto__": {"role": "ADMIN"}}'],
    ['constructor', '{"constructor": 1}'],
    ['a key twice', '{"email": "a@example.com", "email": "b@example.com"}'],
    ['NUL', '{"email": "a\\u0000@example.com"}'],
    ['half a surrogate pair', '{"email": "\\ud800"}'],
    ['deep nesting', `${'['.repeat(100)}${']'.repeat(100)}`],
  ];
  it.each(hostile)('with %s is 400 everywhere', async (_name, body) => {
    const { access } = await signInOnce();
    for (const { route } of withBody) {
      const answer = await app.rest(route, { body, headers: { authorization: `Bearer ${access}` } });
      expect([route, answer.status]).toEqual([route, 400]);
    }
  });

  it('that is no object says so', async () => {
    for (const body of ['[]', '"text"', '7', 'null', 'true']) {
      const { status, body: errors } = await app.rest('POST /api/register/', { body });
      expect([body, status, Object.keys(errors)]).toEqual([body, 400, ['non_field_errors']]);
    }
  });

  it('may be missing where nothing is required, and is {} where it is empty', async () => {
    expect((await app.rest('POST /api/register/')).body).toEqual({
      email: REQUIRED,
      password: REQUIRED,
      password2: REQUIRED,
    });
    const headers = { 'content-type': 'application/json' };
    expect((await app.rest('POST /api/register/', { headers, body: '' })).body.email).toEqual(REQUIRED);
  });

  it('too large is 413', async () => {
    const body = JSON.stringify({ email: 'x'.repeat(1_100_000) });
    expect((await app.rest('POST /api/register/', { body })).status).toBe(413);
  });
});

describe('registration', () => {
  const required: [string, Route, string[]][] = [
    ['truconn', 'POST /api/auth/signup/', ['email', 'password1', 'password2', 'first_name', 'last_name']],
    ['session-auth', 'POST /api/register/', ['email', 'password', 'password2']],
    ['officer-jwt', 'POST /api/auth/register/', ['username', 'password', 'confirm_password', 'email']],
    ['clinic-token', 'POST /api/users/register/', ['email', 'password', 'password_confirm']],
    ['simple-jwt', 'POST /user/api/register/', ['username', 'email', 'password']],
  ];
  it.each(required)('at %s names every field that is missing', async (_api, route, fields) => {
    const { status, body } = await app.rest(route, { body: {} });
    expect(status).toBe(400);
    expect(body).toEqual(Object.fromEntries(fields.map((field) => [field, REQUIRED])));
  });

  it.each(required)('at %s reports several bad fields at once', async (_api, route, fields) => {
    const { status, body } = await app.rest(route, {
      body: Object.fromEntries(fields.map((field) => [field, { not: 'a text' }])),
    });
    expect(status).toBe(400);
    expect(Object.keys(body).sort()).toEqual([...fields].sort());
  });

  const differing: [string, Route, object, string][] = [
    [
      'truconn',
      'POST /api/auth/signup/',
      { password1: REST_PASSWORD, password2: 'another' },
      'non_field_errors',
    ],
    ['session-auth', 'POST /api/register/', { password: REST_PASSWORD, password2: 'another' }, 'password2'],
    [
      'officer-jwt',
      'POST /api/auth/register/',
      { password: REST_PASSWORD, confirm_password: 'another' },
      'confirm_password',
    ],
    [
      'clinic-token',
      'POST /api/users/register/',
      { password: REST_PASSWORD, password_confirm: 'another' },
      'password_confirm',
    ],
  ];
  it.each(differing)('at %s reports two passwords that differ', async (_api, route, passwords, field) => {
    const names = { first_name: 'Jane', last_name: 'Doe' };
    const { status, body } = await app.rest(route, { body: { ...newAccount(), ...names, ...passwords } });
    expect([status, body]).toEqual([400, { [field]: ['The two passwords do not match.'] }]);
    const all = await app.rest(route, { body: { ...passwords, email: 'nonsense' } });
    expect(Object.keys(all.body)).toEqual(expect.arrayContaining(['email', field]));
  });

  it('reports a short password together with a bad address', async () => {
    const { body } = await app.rest('POST /api/register/', {
      body: { email: 'nonsense', password: 'short', password2: 'short' },
    });
    expect(body).toEqual({
      email: ['Enter an e-mail address such as jane@example.com.'],
      password: ['A password has at least 8 characters.'],
    });
  });

  it.each(['aaaaaaaa', 'lantern-42', 'LANTERN-42', 'Lantern-xx', 'Lantern42'])(
    'at document 3 the password %s lacks a kind of character',
    async (password) => {
      const { status, body } = (await REGISTER['officer-jwt']?.(app, { ...newAccount(), password })) ?? {};
      expect([status, Object.keys(body)]).toEqual([400, ['password']]);
    },
  );

  it('takes a common password of eight characters, but none made of the account’s own words', async () => {
    const account = newAccount();
    expect((await REGISTER['session-auth']?.(app, { ...account, password: 'password' }))?.status).toBe(201);
    const own = { ...newAccount(), password: 'xx-truconn-xx' };
    const { status, body } = (await REGISTER.truconn?.(app, own)) ?? {};
    expect([status, body]).toEqual([400, { password1: ['The password must not contain "truconn".'] }]);
  });

  it.each(['CITIZEN', 'citizen', 'PATIENT', 'Doctor', 'doctor'])('takes the role %s', async (role) => {
    const [first, second] = [newAccount(), newAccount()];
    const names = { first_name: 'Jane', last_name: 'Doe' };
    const signUp = await app.rest('POST /api/auth/signup/', {
      body: {
        ...names,
        email: first.email,
        password1: REST_PASSWORD,
        password2: REST_PASSWORD,
        user_role: role,
      },
    });
    expect([signUp.status, signUp.body.user?.user_role]).toEqual([201, role.toUpperCase()]);
    const register = await app.rest('POST /api/users/register/', {
      body: { email: second.email, password: REST_PASSWORD, password_confirm: REST_PASSWORD, role },
    });
    expect([register.status, register.body.user?.role]).toEqual([201, role.toLowerCase()]);
  });

  it.each(['admin', 'ADMIN', 'officer', 'root', 7, ['CITIZEN']])('refuses the role %s', async (role) => {
    const { email } = newAccount();
    const names = { first_name: 'Jane', last_name: 'Doe' };
    const signUp = await app.rest('POST /api/auth/signup/', {
      body: { ...names, email, password1: REST_PASSWORD, password2: REST_PASSWORD, user_role: role },
    });
    expect([signUp.status, Object.keys(signUp.body)]).toEqual([400, ['user_role']]);
    const register = await app.rest('POST /api/users/register/', {
      body: { email, password: REST_PASSWORD, password_confirm: REST_PASSWORD, role },
    });
    expect([register.status, Object.keys(register.body)]).toEqual([400, ['role']]);
    expect(await app.sql('select 1 from users where email = $1', [email])).toEqual([]);
  });

  it('makes nobody an administrator, whatever else is sent', async () => {
    const account = newAccount();
    const { status, body } = await app.rest('POST /user/api/register/', {
      body: { ...account, role: 'ADMIN', user_role: 'ADMIN', is_superuser: true, is_staff: true, id: 7 },
    });
    expect(status).toBe(201);
    expect(body.id).not.toBe(7);
    expect(await app.sql('select role from users where email = $1', [account.email])).toEqual([
      { role: 'CITIZEN' },
    ]);
  });

  it('asks an organization for its name, wherever it registers', async () => {
    const { email } = newAccount();
    const signUp = await app.rest('POST /api/auth/signup/', {
      body: { email, password1: REST_PASSWORD, password2: REST_PASSWORD, user_role: 'organization' },
    });
    expect([signUp.status, signUp.body]).toEqual([400, { name: REQUIRED }]);
    const body = { email, password: REST_PASSWORD, password_confirm: REST_PASSWORD, role: 'organization' };
    const register = await app.rest('POST /api/users/register/', { body });
    expect([register.status, register.body]).toEqual([400, { name: REQUIRED }]);
    const named = await app.rest('POST /api/users/register/', { body: { ...body, name: 'Clinic' } });
    expect([named.status, named.body.user?.role]).toEqual([201, 'organization']);
  });

  it('lets an officer-to-be wait for an administrator', async () => {
    const { email, username, password } = newAccount();
    const { status, body } = await app.rest('POST /api/auth/register/', {
      body: { username, email, password, confirm_password: password, is_officer: true },
    });
    expect([status, body.is_officer]).toEqual([201, false]);
    const rows = await app.sql(
      'select status from officer_applications a join users u on u.id = a.user_id where u.email = $1',
      [email],
    );
    expect(rows).toEqual([{ status: 'PENDING' }]);
  });

  it.each(['officer-jwt', 'simple-jwt'])(
    'at %s refuses somebody else’s address as a username',
    async (api) => {
      const account = { ...newAccount(), username: 'somebody.else@example.com' };
      const { status, body } = (await REGISTER[api]?.(app, account)) ?? {};
      expect([status, body]).toEqual([
        400,
        { username: ['A username with @ in it must be your own e-mail address.'] },
      ]);
    },
  );

  it.each(['asha\u200b', 'ash\u00ada', '\u3164asha', 'asha patel', 'a'.repeat(151)])(
    'refuses the username %j',
    async (username) => {
      const { status, body } = (await REGISTER['simple-jwt']?.(app, { ...newAccount(), username })) ?? {};
      expect([status, Object.keys(body)]).toEqual([400, ['username']]);
    },
  );

  it('takes a form that was not filled in: empty texts and nulls', async () => {
    const { email, username, password } = newAccount();
    const { status, body } = await app.rest('POST /api/auth/register/', {
      body: {
        username,
        email,
        password,
        confirm_password: password,
        first_name: '',
        last_name: null,
        mobile: '',
        address: null,
        language: '',
        is_officer: 'false',
      },
    });
    expect([status, body]).toMatchObject([
      201,
      { first_name: '', last_name: '', mobile: '', address: '', language: 'en', is_officer: false },
    ]);
  });
});

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

describe('small URLs of the clients in the field', () => {
  it('a CSRF token comes as a cookie and is not needed', async () => {
    const { token } = await signInOnce();
    const csrf = await app.rest('GET /api/auth/csrf/');
    expect([csrf.status, csrf.cookies.csrftoken]).toEqual([200, csrf.body.csrfToken]);
    expect(csrf.headers.getSetCookie()[0]).not.toContain('HttpOnly');
    const cookie = `sessionid=${token}; csrftoken=${csrf.cookies.csrftoken}`;
    for (const headers of [{ cookie }, { cookie, 'x-csrftoken': 'anything' }]) {
      const answer = await app.rest('PUT /api/auth/profile/', { headers, body: { bio: 'Hello.' } });
      expect([answer.status, answer.body.bio]).toEqual([200, 'Hello.']);
    }
  });

  it('a write by cookie from a foreign page is refused', async () => {
    const { token } = await signInOnce();
    const headers = { cookie: `sessionid=${token}`, origin: 'https://evil.example' };
    expect((await app.rest('PUT /api/auth/profile/', { headers, body: { bio: 'x' } })).status).toBe(403);
  });

  it('one may ask whether one is signed in', async () => {
    const { access, email, uuid } = await signInByRest(app);
    const nobody = await app.rest('GET /api/auth/check/');
    expect([nobody.status, nobody.body]).toEqual([200, { authenticated: false, user: null }]);
    const stale = await app.rest('GET /api/auth/check/', { headers: { cookie: 'sessionid=garbage' } });
    expect(stale.body.authenticated).toBe(false);
    const headers = { authorization: `Bearer ${access}` };
    const answer = await app.rest('GET /api/auth/check/', { headers });
    expect(answer.body).toMatchObject({ authenticated: true, user: { email, uuid } });
    const bad = await app.rest('GET /api/auth/check/', { headers: { authorization: 'Bearer garbage' } });
    expect(bad.status).toBe(401);
  });

  it.each(['PUT', 'POST'])('%s changes the password, without a confirmation too', async (method) => {
    const account = newAccount();
    const { access } = await signInByRest(app, account);
    const route = `${method} /api/auth/change-password/` as Route;
    const headers = { authorization: `Bearer ${access}` };
    const change = (body: object) => app.rest(route, { headers, body });
    const wrong = await change({ old_password: 'Wrong-Password-1', new_password: 'Meadow-77' });
    expect([wrong.status, wrong.body]).toEqual([400, { old_password: ['The current password is wrong.'] }]);
    const weak = await change({ old_password: account.password, new_password: 'meadowlands' });
    expect([weak.status, Object.keys(weak.body)]).toEqual([400, ['new_password']]);
    const differs = await change({
      old_password: account.password,
      new_password: 'Meadow-77',
      confirm_new_password: 'Meadow-78',
    });
    expect([differs.status, Object.keys(differs.body)]).toEqual([400, ['confirm_new_password']]);
    const right = await change({ old_password: account.password, new_password: 'Meadow-77' });
    expect([right.status, right.body]).toEqual([200, { message: 'Password updated successfully.' }]);
  });
});
