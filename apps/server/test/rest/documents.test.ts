import { describe, expect, it } from 'vitest';
import { startTestApp } from '../support/test-app.ts';
import { JWT, SESSION_TOKEN, UUID } from './support.ts';

const uuid = expect.stringMatching(UUID);
const jwt = expect.stringMatching(JWT);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('document 1, as it is written', () => {
  const JANE = { email: 'janedoe@example.com', password: 'StrongPassword123!' };
  const SIGN_UP = {
    first_name: 'Jane',
    last_name: 'Doe',
    email: 'janedoe@example.com',
    password1: 'StrongPassword123!',
    password2: 'StrongPassword123!',
    user_role: 'CITIZEN',
  };

  it('signs up, signs in by a cookie, reads and updates the profile', async () => {
    await using app = await startTestApp();
    const signUp = await app.rest('POST /api/auth/signup/', { body: SIGN_UP });
    expect([signUp.status, signUp.body]).toEqual([
      201,
      {
        user: {
          id: 1,
          uuid,
          first_name: 'Jane',
          last_name: 'Doe',
          email: 'janedoe@example.com',
          user_role: 'CITIZEN',
        },
        profile: { id: 1, user: 1, bio: '', avatar: null },
      },
    ]);
    expect(signUp.cookies).toEqual({});
    const login = await app.rest('POST /api/auth/login/', { body: JANE });
    expect([login.status, login.body]).toEqual([
      200,
      {
        message: 'Login successful',
        user: {
          id: 1,
          uuid: signUp.body.user.uuid,
          first_name: 'Jane',
          last_name: 'Doe',
          email: 'janedoe@example.com',
          role: 'CITIZEN',
        },
        access: jwt,
        refresh: jwt,
        user_id: 1,
        username: 'janedoe@example.com',
        email: 'janedoe@example.com',
        first_name: 'Jane',
        last_name: 'Doe',
        is_officer: false,
        language: 'en',
      },
    ]);
    const headers = { cookie: `sessionid=${login.cookies.sessionid}` };
    const profile = await app.rest('GET /api/auth/profile/', { headers });
    const expected = {
      id: 1,
      uuid: signUp.body.user.uuid,
      username: 'janedoe@example.com',
      email: 'janedoe@example.com',
      first_name: 'Jane',
      last_name: 'Doe',
      mobile: '',
      address: '',
      language: 'en',
      is_officer: false,
      user: 1,
      role: 'CITIZEN',
      bio: '',
      avatar: null,
      url: '',
      location: '',
      phone_no: '',
      about: '',
      profile_pic: null,
      email_verified: false,
    };
    expect([profile.status, profile.body]).toEqual([200, expected]);
    const update = await app.rest('PUT /api/auth/profile', { headers, body: { bio: 'I like maps.' } });
    const updated = { ...expected, bio: 'I like maps.', about: 'I like maps.' };
    expect([update.status, update.body]).toEqual([200, updated]);
    expect((await app.rest('GET /api/auth/profile/', { headers })).body).toEqual(updated);
  });

  it('signs an organization up, which has a name and no first and last one', async () => {
    await using app = await startTestApp();
    const { status, body } = await app.rest('POST /api/auth/signup/', {
      body: {
        name: 'City Hospital',
        website: 'https://hospital.example',
        address: '1 Main Road',
        email: 'office@hospital.example',
        password1: 'StrongPassword123!',
        password2: 'StrongPassword123!',
        user_role: 'ORGANIZATION',
      },
    });
    expect([status, body.user]).toEqual([
      201,
      {
        id: 1,
        uuid,
        first_name: '',
        last_name: '',
        email: 'office@hospital.example',
        user_role: 'ORGANIZATION',
      },
    ]);
    expect(await app.sql('select name, website, address from organizations')).toEqual([
      { name: 'City Hospital', website: 'https://hospital.example', address: '1 Main Road' },
    ]);
  });
});

describe('document 2, as it is written', () => {
  const ABHAY = { email: 'abhay1@gmail.com', password: '12345678' };

  it('registers, signs in, reads the profile, signs out and out of all sessions', async () => {
    await using app = await startTestApp();
    const register = await app.rest('POST /api/register/', { body: { ...ABHAY, password2: '12345678' } });
    expect([register.status, register.body]).toEqual([
      201,
      { id: 1, uuid, email: 'abhay1@gmail.com', message: 'User registered successfully.' },
    ]);
    const signIn = async () => {
      const { status, body } = await app.rest('POST /api/auth/login/', { body: ABHAY });
      expect(status).toBe(200);
      return bearer(body.access);
    };
    const profile = async (headers: Record<string, string>) =>
      (await app.rest('GET /api/profile/', { headers })).status;
    const [first, second, third] = [await signIn(), await signIn(), await signIn()];
    expect((await app.rest('GET /api/profile/', { headers: first })).body.email).toBe('abhay1@gmail.com');
    const out = await app.rest('POST /api/logout/', { headers: first });
    expect([out.status, out.body]).toEqual([200, { detail: 'Logged out' }]);
    expect([await profile(first), await profile(second), await profile(third)]).toEqual([401, 200, 200]);
    const outOfAll = await app.rest('POST /api/logoutall/', { headers: second });
    expect([outOfAll.status, outOfAll.body]).toEqual([200, { detail: 'Logged out of all sessions' }]);
    expect([await profile(second), await profile(third)]).toEqual([401, 401]);
  });
});

describe('document 3, as it is written', () => {
  const ACCOUNT = {
    username: 'asha',
    email: 'asha.patel@example.com',
    first_name: 'Asha',
    last_name: 'Patel',
    mobile: '+91 98765 43210',
    address: '12 Ring Road, Ahmedabad',
    language: 'gu',
    is_officer: false,
  };
  const PASSWORD = 'Lantern-42';

  it('registers, signs in, reads and patches the profile, refreshes, changes the password', async () => {
    await using app = await startTestApp();
    const register = await app.rest('POST /api/auth/register/', {
      body: { ...ACCOUNT, password: PASSWORD, confirm_password: PASSWORD },
    });
    expect([register.status, register.body]).toEqual([201, { id: 1, uuid, ...ACCOUNT }]);
    const login = await app.rest('POST /api/auth/login/', { body: { username: 'asha', password: PASSWORD } });
    const { access, refresh } = login.body;
    expect([login.status, login.body]).toMatchObject([
      200,
      {
        access: jwt,
        refresh: jwt,
        user_id: 1,
        username: 'asha',
        email: 'asha.patel@example.com',
        first_name: 'Asha',
        last_name: 'Patel',
        is_officer: false,
        language: 'gu',
      },
    ]);
    const headers = bearer(access);
    expect((await app.rest('GET /api/auth/profile/', { headers })).body).toMatchObject({ id: 1, ...ACCOUNT });
    const changes = {
      first_name: 'Asha Ben',
      last_name: 'Shah',
      email: 'asha.shah@example.com',
      mobile: '+91 11111 22222',
      address: '7 Lake View',
      language: 'hi',
    };
    const patch = await app.rest('PATCH /api/auth/profile/', { headers, body: changes });
    expect([patch.status, patch.body]).toMatchObject([200, { ...ACCOUNT, ...changes }]);
    const refreshed = await app.rest('POST /api/token/refresh/', { body: { refresh } });
    expect([refreshed.status, refreshed.body]).toEqual([200, { access: jwt }]);
    const change = await app.rest('PUT /api/auth/change-password/', {
      headers: bearer(refreshed.body.access),
      body: { old_password: PASSWORD, new_password: 'Meadow-77', confirm_new_password: 'Meadow-77' },
    });
    expect([change.status, change.body]).toEqual([200, { message: 'Password updated successfully.' }]);
    const again = await app.rest('POST /api/auth/login/', {
      body: { username: 'asha', password: 'Meadow-77' },
    });
    expect(again.status).toBe(200);
  });

  it('shows its errors: a field’s, no credentials, no permission', async () => {
    await using app = await startTestApp();
    const register = await app.rest('POST /api/auth/register/', { body: {} });
    const required = ['This field is required.'];
    expect([register.status, register.body]).toEqual([
      400,
      { username: required, password: required, confirm_password: required, email: required },
    ]);
    const nobody = await app.rest('GET /api/auth/profile/');
    expect([nobody.status, nobody.body]).toEqual([
      401,
      { detail: 'Authentication credentials were not provided.' },
    ]);
    const asha = await app.signUp();
    const denied = await app.rest('GET /api/organization/detail/', { headers: bearer(asha.accessToken) });
    expect([denied.status, denied.body]).toEqual([
      403,
      { detail: 'You do not have permission to perform this action.' },
    ]);
  });
});

describe('document 4, as it is written', () => {
  it('registers, signs in by a token and reads the account', async () => {
    await using app = await startTestApp();
    const user = {
      id: 1,
      uuid,
      email: 'user@example.com',
      first_name: 'John',
      last_name: 'Doe',
      role: 'patient',
      profile_picture: null,
      bio: 'Patient bio here',
    };
    const token = expect.stringMatching(SESSION_TOKEN);
    const register = await app.rest('POST /api/users/register/', {
      body: {
        email: 'user@example.com',
        password: 'secure_password',
        password_confirm: 'secure_password',
        first_name: 'John',
        last_name: 'Doe',
        role: 'patient',
        bio: 'Patient bio here',
      },
    });
    expect([register.status, register.body]).toEqual([201, { user, token }]);
    const login = await app.rest('POST /api/users/login/', {
      body: { email: 'user@example.com', password: 'secure_password' },
    });
    expect([login.status, login.body]).toEqual([200, { user, token }]);
    for (const { body } of [register, login]) {
      const headers = { authorization: `Token ${body.token}` };
      const me = await app.rest('GET /api/users/me/', { headers });
      expect([me.status, me.body]).toEqual([200, user]);
    }
  });

  it('says at /admin/ that the console is not installed', async () => {
    await using app = await startTestApp();
    for (const path of ['/admin', '/admin/', '/admin/login/'] as const) {
      const { status, body } = await app.rest(`GET ${path}`);
      expect([path, status, body]).toEqual([
        path,
        404,
        { detail: 'The console is not installed on this server.' },
      ]);
    }
  });
});

describe('document 5, as it is written', () => {
  it('registers, signs in, refreshes and opens what is protected', async () => {
    await using app = await startTestApp();
    const register = await app.rest('POST /user/api/register/', {
      body: { username: 'testuser', email: 'test@example.com', password: 'yourpassword' },
    });
    expect([register.status, register.body]).toEqual([
      201,
      { id: 1, uuid, username: 'testuser', email: 'test@example.com' },
    ]);
    const login = await app.rest('POST /user/api/login/', {
      body: { username: 'testuser', password: 'yourpassword' },
    });
    expect([login.status, login.body, login.cookies]).toEqual([200, { refresh: jwt, access: jwt }, {}]);
    const refresh = await app.rest('POST /user/api/token/refresh/', {
      body: { refresh: login.body.refresh },
    });
    expect([refresh.status, refresh.body]).toEqual([200, { access: jwt }]);
    for (const { access } of [login.body, refresh.body]) {
      const { status, body } = await app.rest('GET /api/auth/profile/', { headers: bearer(access) });
      expect([status, body.username]).toEqual([200, 'testuser']);
    }
  });
});
