import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { connectSdk, errorOf, holdBack, type SdkClient, signInSdk } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** A client in what behaves as a browser does with cookies: one jar, which its tabs share. */
function openBrowser(jar = new Map<string, string>()): SdkClient & { jar: Map<string, string> } {
  const browserFetch: typeof fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    expect(init?.credentials).toBe('include');
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  return Object.assign(connectSdk(app, { credential: 'cookie', fetch: browserFetch }), { jar });
}

async function signInBrowser() {
  const { email, password } = await signInSdk(app);
  const browser = openBrowser();
  const { session } = await browser.truconn.auth.signIn({ identifier: email, password });
  browser.heard.length = 0;
  return Object.assign(browser, { email, password, sessionId: session.id });
}

const endSessions = (sessionId: string) => app.sql('delete from sessions where public_id = $1', [sessionId]);

describe('a client with the session in a cookie', () => {
  it('signs in, calls and changes things without ever seeing a token', async () => {
    const asha = await signInBrowser();
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(await asha.truconn.consent.grant({ categoryId: 4 })).toMatchObject({ granted: true });
    expect(asha.storage.values.size).toBe(0);
    expect(asha.jar.size).toBe(1);
    expect(asha.truconn.session.state).toMatchObject({ status: 'signed-in', user: { email: asha.email } });
  });

  it('finds the session again after a reload, by asking the server', async () => {
    const asha = await signInBrowser();
    const reloaded = openBrowser(asha.jar);
    expect(reloaded.truconn.session.state).toEqual({ status: 'unknown' });
    await reloaded.truconn.auth.me();
    expect(reloaded.heard).toEqual(['signed-in']);
  });

  it('that never signed in is nobody, and hears nothing', async () => {
    const { truconn, heard } = openBrowser();
    expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(truconn.session.state).toEqual({ status: 'signed-out', reason: null });
    expect(heard).toEqual([]);
  });

  it('signs out, and the cookie is gone', async () => {
    const asha = await signInBrowser();
    await asha.truconn.auth.signOut();
    expect(asha.heard).toEqual(['SIGNED_OUT']);
    expect(asha.jar.size).toBe(0);
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asha.heard).toHaveLength(1);
  });

  it('hears of the end of its session once, with the reason', async () => {
    const asha = await signInBrowser();
    await endSessions(asha.sessionId);
    const calls = [
      asha.truconn.auth.me(),
      asha.truconn.consent.list(),
      asha.truconn.consent.grant({ categoryId: 4 }),
    ];
    const errors = await Promise.all(calls.map(errorOf));
    for (const error of errors) expect(error).toMatchObject({ status: 401 });
    expect(asha.heard).toEqual([errors[0]?.code]);
    expect(asha.sent).not.toContain('auth.refresh');
  });

  it('has nothing to refresh, and the server says so', async () => {
    const asha = await signInBrowser();
    expect(await errorOf(asha.truconn.auth.refresh())).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(asha.heard).toEqual([]);
  });
});

describe('a late answer about an earlier session in a cookie', () => {
  it('that refuses does not end the new one', async () => {
    const asha = await signInBrowser();
    const bina = await signInSdk(app);
    await endSessions(asha.sessionId);
    const held = holdBack('profile.get', 'answers');
    asha.network = held.network;
    const late = asha.truconn.profile.get();
    await held.reached;
    await asha.truconn.auth.signIn({ identifier: bina.email, password: bina.password });
    held.release();
    expect(await errorOf(late)).toMatchObject({ status: 401 });
    expect(asha.heard).toEqual(['signed-in']);
    expect(asha.truconn.session.state).toMatchObject({ user: { email: bina.email } });
  });

  it('that says who was signed in does not say that they are', async () => {
    const asha = await signInBrowser();
    const bina = await signInSdk(app);
    const held = holdBack('auth.me', 'answers');
    asha.network = held.network;
    const late = asha.truconn.auth.me();
    await held.reached;
    await asha.truconn.auth.signIn({ identifier: bina.email, password: bina.password });
    held.release();
    await late;
    expect(asha.truconn.session.state).toMatchObject({ user: { email: bina.email } });
  });

  it('that says who was signed in does not sign in whoever has signed out', async () => {
    const asha = await signInBrowser();
    const held = holdBack('auth.me', 'answers');
    asha.network = held.network;
    const late = asha.truconn.auth.me();
    await held.reached;
    await asha.truconn.auth.signOut();
    held.release();
    await late;
    expect(asha.truconn.session.state).toEqual({ status: 'signed-out', reason: 'SIGNED_OUT' });
  });
});
