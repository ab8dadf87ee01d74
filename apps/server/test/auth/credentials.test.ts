import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, bearer, signInBrowser, whoAmI } from '../support/calls.ts';
import { decodeJwt, resign, signJwt } from '../support/jwt.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const KEY = 'a-test-key-0123456789-abcdefghijkl';
const NEXT_KEY = 'the-next-key-0123456789-abcdefghijkl';

let app: TestApp;
let asha: Person;
let ravi: Person;
let browser: Browser;
beforeAll(async () => {
  app = await startTestApp({ env: { SECRET_KEY: KEY, PUBLIC_URL: 'http://truconn.test' } });
  asha = await app.signUp();
  ravi = await app.signUp();
  browser = await signInBrowser(app, asha);
});
afterAll(() => app[Symbol.asyncDispose]());

const ok = () => `200 ${asha.email}`;
const UNAUTHENTICATED = '401 UNAUTHENTICATED';

describe('a person is known by', () => {
  it('the access token', async () => expect(await whoAmI(app, bearer(asha.accessToken))).toBe(ok()));

  it('the session token as Bearer, as Token and as the cookie', async () => {
    for (const headers of [
      bearer(browser.token),
      { authorization: `Token ${browser.token}` },
      { authorization: `bearer ${browser.token}` },
      { authorization: `TOKEN  ${browser.token} ` },
      { cookie: browser.cookie },
      { cookie: `a=b; ${browser.cookie}; c=d` },
    ]) {
      expect([headers, await whoAmI(app, headers)]).toEqual([headers, ok()]);
    }
  });

  it('nothing else: 401 says how to sign in', async () => {
    expect(await whoAmI(app, {})).toBe(UNAUTHENTICATED);
    const answer = await app.call('auth.me', { method: 'GET' });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="truconn"');
  });
});

describe('a header that is there but bad is 401, whatever good cookie comes with it', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'Bearer'],
    ['garbage', 'Bearer garbage'],
    ['another scheme', 'Basic YTpi'],
    ['an access token as Token', 'the access token as Token'],
    ['a refresh token', 'the refresh token'],
    ['an unknown session token', `Bearer ${'0'.repeat(40)}`],
    ['a session token in capitals', 'the session token in capitals'],
    ['a session token that is longer', 'the session token, longer'],
    ['two credentials', 'two credentials'],
    ['an overlong one', `Bearer ${'a'.repeat(5_000)}`],
  ])('%s', async (_name, value) => {
    const special: Record<string, string> = {
      'the access token as Token': `Token ${asha.accessToken}`,
      'the refresh token': `Bearer ${asha.refreshToken}`,
      'the session token in capitals': `Bearer ${browser.token.toUpperCase()}`,
      'the session token, longer': `Bearer ${browser.token}0`,
      'two credentials': `Bearer ${browser.token}, Bearer ${browser.token}`,
    };
    const authorization = special[value] ?? value;
    expect(await whoAmI(app, { authorization, cookie: browser.cookie })).toBe(UNAUTHENTICATED);
  });

  it('and a good header counts, whatever bad cookie comes with it', async () => {
    expect(await whoAmI(app, { ...bearer(asha.accessToken), cookie: 'sessionid=garbage' })).toBe(ok());
  });

  it('a header for one person and a cookie for another is the header’s', async () => {
    expect(await whoAmI(app, { ...bearer(ravi.accessToken), cookie: browser.cookie })).toBe(
      `200 ${ravi.email}`,
    );
  });
});

describe('a credential in a URL is none', () => {
  it.each(['access_token', 'token', 'sessionid', 'connectionParams'])('%s', async (name) => {
    const answer = await fetch(`${app.url}/trpc/auth.me?${name}=${browser.token}`);
    expect([400, 401]).toContain(answer.status);
  });
});

describe('an access token', () => {
  const past = { iat: 1_000, exp: 2_000 };

  it('past its end is SESSION_EXPIRED, so that a client knows to refresh', async () => {
    const expired = resign(app, asha.accessToken, { claims: past });
    expect(await whoAmI(app, bearer(expired))).toBe('401 SESSION_EXPIRED');
    expect(await whoAmI(app, { ...bearer(expired), cookie: browser.cookie })).toBe('401 SESSION_EXPIRED');
  });

  it('that is forged is nobody’s, expired or not', async () => {
    const { header, claims } = decodeJwt(asha.accessToken);
    const otherKey = new Uint8Array(32).fill(7);
    for (const forged of [
      signJwt({ header, claims }, otherKey),
      signJwt({ header, claims: { ...claims, ...past } }, otherKey),
      signJwt({ header: { ...header, alg: 'none' }, claims }, new Uint8Array(0)),
      `${asha.accessToken.split('.').slice(0, 2).join('.')}.`,
    ]) {
      expect(await whoAmI(app, bearer(forged))).toBe(UNAUTHENTICATED);
    }
  });

  it('is worth nothing on another person’s session, on none, and for another person', async () => {
    for (const claims of [
      { sid: ravi.sessionId },
      { sid: randomUUID() },
      { sub: ravi.user.id },
      { sub: randomUUID() },
      { sid: ravi.sessionId.toUpperCase(), sub: ravi.user.id },
      { sid: `${ravi.sessionId}'--`, sub: ravi.user.id },
    ]) {
      const token = resign(app, asha.accessToken, { claims });
      expect([claims, await whoAmI(app, bearer(token))]).toEqual([claims, UNAUTHENTICATED]);
    }
  });

  it('is good on an instance that is called otherwise, with the same database and key', async () => {
    await using other = await startTestApp({
      database: app.database,
      env: { SECRET_KEY: KEY, PUBLIC_URL: 'http://other.test' },
    });
    expect(await whoAmI(other, bearer(asha.accessToken))).toBe(`200 ${asha.email}`);
  });
});

describe('after SECRET_KEY has changed', () => {
  const start = (env: Record<string, string>) =>
    startTestApp({ database: app.database, env: { PUBLIC_URL: 'http://truconn.test', ...env } });

  it('tokens of a key among SECRET_KEY_FALLBACKS live on, and a refresh gives new ones', async () => {
    await using next = await start({ SECRET_KEY: NEXT_KEY, SECRET_KEY_FALLBACKS: KEY });
    const person = await app.signIn(asha.email);
    expect(await whoAmI(next, bearer(person.accessToken))).toBe(ok());
    const pair = await next.client().auth.refresh.mutate({ refreshToken: person.refreshToken });
    expect(await whoAmI(next, bearer(pair.accessToken))).toBe(ok());
    expect(await whoAmI(app, bearer(pair.accessToken))).toBe(UNAUTHENTICATED);
  });

  it('without the fallback they are dead, and session tokens are not', async () => {
    await using next = await start({ SECRET_KEY: NEXT_KEY });
    expect(await whoAmI(next, bearer(asha.accessToken))).toBe(UNAUTHENTICATED);
    expect(await whoAmI(next, { cookie: browser.cookie })).toBe(ok());
  });
});
