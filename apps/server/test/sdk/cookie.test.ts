import { describe, expect, it } from 'vitest';
import { connectSdk, errorOf, inBrowser, signInSdk, startFileApp } from './support.ts';

const app = await startFileApp();

describe('a client with the session in a cookie', () => {
  it('signs in, calls and changes things without ever seeing a token', async () => {
    const jar = new Map<string, string>();
    const asha = await signInSdk(app, inBrowser(jar));
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(await asha.truconn.consent.grant({ categoryId: 4 })).toMatchObject({ granted: true });
    expect(asha.storage.values.size).toBe(0);
    expect(jar.size).toBe(1);
    expect(asha.truconn.session.state).toMatchObject({ status: 'signed-in', user: { email: asha.email } });
  });

  it('finds the session again after a reload, by asking the server', async () => {
    const jar = new Map<string, string>();
    await signInSdk(app, inBrowser(jar));
    const reloaded = connectSdk(app, inBrowser(jar));
    expect(reloaded.truconn.session.state).toEqual({ status: 'unknown' });
    await reloaded.truconn.auth.me();
    expect(reloaded.heard).toEqual(['signed-in']);
  });

  it('that never signed in is nobody, and hears nothing', async () => {
    const { truconn, heard } = connectSdk(app, inBrowser());
    expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(truconn.session.state).toEqual({ status: 'signed-out', reason: null });
    expect(heard).toEqual([]);
  });

  it('signs out, and the cookie is gone', async () => {
    const jar = new Map<string, string>();
    const asha = await signInSdk(app, inBrowser(jar));
    await asha.truconn.auth.signOut();
    expect(asha.heard).toEqual(['SIGNED_OUT']);
    expect(jar.size).toBe(0);
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asha.heard).toHaveLength(1);
  });

  it('hears of the end of its session once, with the reason', async () => {
    const asha = await signInSdk(app, inBrowser());
    await app.sql('delete from sessions where public_id = $1', [asha.sessionId]);
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
    const asha = await signInSdk(app, inBrowser());
    expect(await errorOf(asha.truconn.auth.refresh())).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(asha.heard).toEqual([]);
  });
});
