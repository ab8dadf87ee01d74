import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, errorData, signInBrowser, whoAmI } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let secure: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  secure = await startTestApp({
    database: app.database,
    env: { PUBLIC_URL: 'https://truconn.example', CORS_ORIGINS: 'https://console.example' },
  });
  asha = await app.signUp();
});
afterAll(async () => {
  await secure[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const attributesOf = (setCookie: string) =>
  setCookie
    .split('; ')
    .slice(1)
    .map((part) => part.split('=')[0]);

describe('the session cookie', () => {
  it('is HttpOnly, SameSite=Lax, for the whole site and no other', async () => {
    const { setCookie, answer } = await signInBrowser(app, asha);
    expect(setCookie).toMatch(/^sessionid=[0-9a-f]{40}; /);
    expect(setCookie).toContain('; SameSite=Lax');
    expect(setCookie).toContain('; Path=/;');
    expect(attributesOf(setCookie).sort()).toEqual(['Expires', 'HttpOnly', 'Path', 'SameSite']);
    const { session } = answer.body.result.data;
    const expires = /Expires=([^;]+)/.exec(setCookie)?.[1] ?? '';
    expect(Math.abs(Date.parse(expires) - Date.parse(session.absoluteExpiresAt))).toBeLessThan(1_000);
  });

  it('behind https is Secure, and __Host- keeps subdomains from setting it', async () => {
    const { setCookie, cookie } = await signInBrowser(secure, asha);
    expect(setCookie).toMatch(/^__Host-sessionid=[0-9a-f]{40}; /);
    expect(attributesOf(setCookie).sort()).toEqual(['Expires', 'HttpOnly', 'Path', 'SameSite', 'Secure']);
    expect(await whoAmI(secure, { cookie })).toBe(`200 ${asha.email}`);
    const plain = cookie.replace('__Host-', '');
    expect(await whoAmI(secure, { cookie: plain })).toBe('401 UNAUTHENTICATED');
  });

  it('comes without any token in the answer’s body', async () => {
    const { answer, token } = await signInBrowser(app, asha);
    expect(Object.keys(answer.body.result.data).sort()).toEqual(['session', 'user']);
    expect(JSON.stringify(answer.body)).not.toContain(token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is not set for bearer credentials, nor at a failure', async () => {
    const bearerSignIn = { identifier: asha.email, password: asha.password, credential: 'bearer' };
    expect((await app.call('auth.signIn', { input: bearerSignIn })).headers.getSetCookie()).toEqual([]);
    const failed = await signInBrowser(app, { ...asha, password: 'not-her-password' });
    expect([failed.answer.status, failed.setCookie]).toEqual([401, '']);
  });

  it('is cleared at sign-out with the attributes it was set with', async () => {
    const { cookie } = await signInBrowser(secure, asha);
    const answer = await secure.call('auth.signOut', { headers: { cookie } });
    const [cleared = ''] = answer.headers.getSetCookie();
    expect(cleared).toMatch(/^__Host-sessionid=; .*Expires=Thu, 01 Jan 1970/);
    expect(attributesOf(cleared).sort()).toEqual([
      'Expires',
      'HttpOnly',
      'Max-Age',
      'Path',
      'SameSite',
      'Secure',
    ]);
  });
});

describe('a token is made by us alone', () => {
  it('one that the client chose is never adopted', async () => {
    const chosen = 'ab'.repeat(20);
    const { token } = await signInBrowser(app, asha, { cookie: `sessionid=${chosen}` });
    expect(token).not.toBe(chosen);
    expect(await whoAmI(app, { cookie: `sessionid=${chosen}` })).toBe('401 UNAUTHENTICATED');
  });

  it('nor is the one of an earlier session, which stays a session of its own', async () => {
    const first = await signInBrowser(app, asha);
    const second = await signInBrowser(app, asha, { cookie: first.cookie });
    expect(second.token).not.toBe(first.token);
  });

  it('the database keeps its SHA-256, and nothing in it can be presented', async () => {
    const { token, answer } = await signInBrowser(app, asha);
    const [row] = await app.sql<{ id: string }>('select id from sessions where public_id = $1', [
      answer.body.result.data.session.id,
    ]);
    expect(row?.id).toBe(createHash('sha256').update(token).digest('hex'));
    for (const stolen of [row?.id ?? '', answer.body.result.data.session.id]) {
      expect(await whoAmI(app, { cookie: `sessionid=${stolen}` })).toBe('401 UNAUTHENTICATED');
      expect(await whoAmI(app, bearer(stolen))).toBe('401 UNAUTHENTICATED');
    }
  });
});

describe('a page of another site', () => {
  const foreign = { origin: 'https://evil.test' };

  it.each([
    ['without a credential', {}],
    ['with an Authorization header, which would pass the edge', { authorization: 'Bearer x' }],
  ])('signs nobody in, %s', async (_name, headers) => {
    const { answer, setCookie } = await signInBrowser(app, asha, { ...foreign, ...headers });
    expect([answer.status, errorData(answer).code, setCookie]).toEqual([403, 'ORIGIN_REFUSED', '']);
  });

  it('nor out, nor changes anything with the cookie that the browser sends along', async () => {
    const { cookie } = await signInBrowser(app, asha);
    for (const call of ['auth.signOut', 'auth.signOutEverywhere', 'profile.update']) {
      const answer = await app.call(call, { headers: { ...foreign, cookie }, input: {} });
      expect([call, answer.status, errorData(answer).code]).toEqual([call, 403, 'ORIGIN_REFUSED']);
    }
    expect(await whoAmI(app, { cookie })).toBe(`200 ${asha.email}`);
  });

  it('while our own pages and a listed origin do', async () => {
    for (const origin of ['https://truconn.example', 'https://console.example']) {
      expect((await signInBrowser(secure, asha, { origin })).answer.status).toBe(200);
    }
  });
});
