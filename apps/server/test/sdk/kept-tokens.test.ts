import { describe, expect, it } from 'vitest';
import { ageSession } from '../support/time.ts';
import {
  connectSdk,
  emailOf,
  errorOf,
  holdStorage,
  MINUTE,
  moveClock,
  offline,
  online,
  signInAs,
  signInSdk,
  startFileApp,
} from './support.ts';

const app = await startFileApp();

describe('storage', () => {
  it('that cannot be written keeps the session in memory', async () => {
    const storage = Object.assign(holdStorage(), { set: () => Promise.reject(new Error('QuotaExceeded')) });
    const asha = await signInSdk(app, { storage });
    moveClock(61 * MINUTE);
    expect(await emailOf(asha)).toBe(asha.email);
    expect(await emailOf(asha)).toBe(asha.email);
    expect(asha.count('auth.refresh')).toBe(1);
  });

  it.each([
    '{"accessToken":1,"refreshToken":2}',
    '{"accessToken":"one.two.three","refreshToken":"four.five.six"}',
    '{"accessToken":"one","refreshToken":"two","renewAtMs":0,"expiresAtMs":0}',
  ])('with %s in it is nobody’s, and lets somebody sign in', async (garbage) => {
    const asha = await signInSdk(app);
    const storage = holdStorage();
    const [key = ''] = asha.storage.values.keys();
    storage.values.set(key, garbage);
    const client = connectSdk(app, { storage });
    expect(await errorOf(client.truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(client.truconn.session.state.status).toBe('signed-out');
    await signInAs(client, asha);
    expect(await emailOf(client)).toBe(asha.email);
  });
});

describe('auth.refresh', () => {
  it('without a token renews the session’s own', async () => {
    const asha = await signInSdk(app);
    const before = asha.storage.tokens();
    const pair = await asha.truconn.auth.refresh();
    expect(pair.refreshToken).not.toBe(before.refreshToken);
    expect(asha.storage.tokens()).toMatchObject(pair);
    expect(await emailOf(asha)).toBe(asha.email);
  });

  it('with the session’s own token keeps the new pair', async () => {
    const asha = await signInSdk(app);
    const { refreshToken } = asha.storage.tokens();
    const pair = await asha.truconn.auth.refresh({ refreshToken });
    expect(asha.storage.tokens()).toMatchObject(pair);
    await ageSession(app, asha.sessionId, '1 minute');
    expect(await asha.truconn.auth.refresh()).toHaveProperty('refreshToken');
    expect(asha.truconn.session.state.status).toBe('signed-in');
    expect(asha.heard).toEqual([]);
  });

  it('with the token of another session takes that one over, as somebody who is still to be named', async () => {
    const asha = await signInSdk(app);
    const bina = await signInSdk(app);
    await asha.truconn.auth.refresh({ refreshToken: bina.storage.tokens().refreshToken });
    expect(asha.truconn.session.state).toEqual({ status: 'found' });
    expect(await emailOf(asha)).toBe(bina.email);
    expect(asha.truconn.session.state).toMatchObject({ status: 'signed-in', user: { email: bina.email } });
  });

  it('without a session is UNAUTHENTICATED, and not nothing', async () => {
    const { truconn } = connectSdk(app);
    const error = await errorOf(truconn.auth.refresh());
    expect(['UNAUTHENTICATED', 'INVALID_INPUT']).toContain(error.code);
  });

  it('that is given up is ABORTED, and one that takes too long TIMEOUT', async () => {
    const asha = await signInSdk(app);
    const back = Promise.withResolvers<void>();
    asha.network = (path, send) => (path === 'auth.refresh' ? back.promise.then(send) : send());
    const aborted = asha.truconn.auth.refresh(undefined, { signal: AbortSignal.abort() });
    expect(await errorOf(aborted)).toMatchObject({ code: 'ABORTED' });
    const late = asha.truconn.auth.refresh(undefined, { timeoutMs: 50 });
    expect(await errorOf(late)).toMatchObject({ code: 'TIMEOUT' });
    back.resolve();
    expect(await emailOf(asha)).toBe(asha.email);
  });
});

describe('a network that fails', () => {
  it('keeps the session, backs off, and goes on when it is back', async () => {
    const asha = await signInSdk(app);
    moveClock(61 * MINUTE);
    asha.network = offline;
    const calls = Array.from({ length: 20 }, () => errorOf(asha.truconn.auth.me()));
    for (const { code } of await Promise.all(calls)) expect(code).toBe('NETWORK_ERROR');
    expect(new Set(asha.sent)).toEqual(new Set(['auth.refresh']));
    expect(asha.sent.length).toBeLessThanOrEqual(9);
    expect(asha.truconn.session.state.status).toBe('signed-in');
    expect(asha.storage.values.size).toBe(1);
    asha.network = online;
    expect(await emailOf(asha)).toBe(asha.email);
    expect(asha.heard).toEqual([]);
  });
});
