import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import type { Route } from './routes.ts';
import { newAccount, REGISTER, REST_PASSWORD } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const REQUIRED = ['This field is required.'];

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

  it('reports a role that nobody can choose, and an organization without a name, with what else is wrong', async () => {
    const bad = { email: 'nonsense', password: REST_PASSWORD, password_confirm: REST_PASSWORD };
    const admin = await app.rest('POST /api/users/register/', { body: { ...bad, role: 'admin' } });
    expect(Object.keys(admin.body)).toEqual(['email', 'role']);
    const nameless = await app.rest('POST /api/users/register/', { body: { ...bad, role: 'organization' } });
    expect(Object.keys(nameless.body)).toEqual(['email', 'name']);
  });

  it('follows a narrower choice of roles', async () => {
    await using narrow = await startTestApp({ env: { SELF_ASSIGNABLE_ROLES: 'CITIZEN' } });
    const { email, password } = newAccount();
    const body = { email, password, password_confirm: password, role: 'doctor' };
    const refused = await narrow.rest('POST /api/users/register/', { body });
    expect([refused.status, Object.keys(refused.body)]).toEqual([400, ['role']]);
    const taken = await narrow.rest('POST /api/users/register/', { body: { ...body, role: 'citizen' } });
    expect(taken.status).toBe(201);
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

  it('reports a blank password together with the names that are missing', async () => {
    const { status, body } = await app.rest('POST /api/auth/signup/', {
      body: { first_name: '', last_name: '', email: 'x', password1: '', password2: '' },
    });
    expect([status, body]).toEqual([
      400,
      {
        email: ['Enter an e-mail address such as jane@example.com.'],
        password1: ['This field may not be blank.'],
        first_name: ['This field is required.'],
        last_name: ['This field is required.'],
      },
    ]);
  });

  it('reports a blank password together with a confirmation that differs', async () => {
    const { status, body } = await app.rest('POST /api/register/', {
      body: { email: newAccount().email, password: '', password2: 'x' },
    });
    expect([status, Object.keys(body).sort()]).toEqual([400, ['password', 'password2']]);
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
