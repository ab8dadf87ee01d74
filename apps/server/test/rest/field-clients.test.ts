import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import type { Route } from './routes.ts';
import { credentialsOf, newAccount, once, signInByRest } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const signInOnce = once(() => signInByRest(app));

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

  it.each(['/api/auth/logout/', '/api/logout/'])(
    '%s ends the session and clears the cookie',
    async (path) => {
      const { access, token } = await signInByRest(app);
      const out = await app.rest(`POST ${path}` as Route, { headers: { cookie: `sessionid=${token}` } });
      expect([out.status, out.body, out.cookies]).toEqual([200, { detail: 'Logged out' }, { sessionid: '' }]);
      for (const headers of Object.values(credentialsOf({ access, token }))) {
        expect((await app.rest('GET /api/auth/profile/', { headers })).status).toBe(401);
      }
    },
  );

  it('a confirmation that was left empty is one that differs', async () => {
    const { access, password } = await signInByRest(app);
    const { status, body } = await app.rest('PUT /api/auth/change-password/', {
      headers: { authorization: `Bearer ${access}` },
      body: { old_password: password, new_password: 'Meadow-77', confirm_new_password: '' },
    });
    expect([status, Object.keys(body)]).toEqual([400, ['confirm_new_password']]);
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
