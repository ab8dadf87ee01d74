import { describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/test-app.ts';
import { ageSession } from '../support/time.ts';
import {
  connectSdk,
  emailOf,
  errorOf,
  MINUTE,
  moveClock,
  signInAs,
  signInSdk,
  startFileApp,
} from './support.ts';

const app = await startFileApp();
const admin = await app.signUpAdmin();

describe('signing in', () => {
  it('is heard once, and the state says who', async () => {
    const { email, password } = await signInSdk(app);
    const { truconn, heard } = connectSdk(app);
    expect(truconn.session.state).toEqual({ status: 'unknown' });
    const states: string[] = [];
    const unsubscribe = truconn.session.subscribe(() => states.push(truconn.session.state.status));
    await truconn.auth.signIn({ identifier: email, password });
    await truconn.auth.me();
    expect(heard).toEqual(['signed-in']);
    expect(truconn.session.state).toMatchObject({ status: 'signed-in', user: { email } });
    unsubscribe();
    const before = states.length;
    await truconn.auth.signOut();
    expect(states).toHaveLength(before);
    expect(heard).toEqual(['signed-in', 'SIGNED_OUT']);
  });

  it('with a wrong password is INVALID_CREDENTIALS, and leaves the session that there is', async () => {
    const asha = await signInSdk(app);
    const wrong = asha.truconn.auth.signIn({ identifier: asha.email, password: 'wrong-orbit-lantern-43' });
    expect(await errorOf(wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS', status: 401 });
    expect(await emailOf(asha)).toBe(asha.email);
    expect(asha.heard).toEqual([]);
  });

  it('as somebody else is heard, and the calls are theirs', async () => {
    const asha = await signInSdk(app);
    const bina = await signInSdk(app);
    await signInAs(asha, bina);
    expect(asha.heard).toEqual(['signed-in']);
    expect(await emailOf(asha)).toBe(bina.email);
  });

  it('is kept in storage for the next client', async () => {
    const asha = await signInSdk(app);
    const { truconn, heard, sent } = connectSdk(app, { storage: asha.storage });
    expect((await truconn.consent.list()).items).not.toHaveLength(0);
    expect(truconn.session.state).toEqual({ status: 'found' });
    expect(heard).toEqual([]);
    await truconn.auth.me();
    expect(heard).toEqual(['signed-in']);
    expect(sent).not.toContain('auth.refresh');
  });
});

describe('signing out', () => {
  it('ends the session on the server and here, once', async () => {
    const asha = await signInSdk(app);
    const { accessToken } = asha.storage.tokens();
    expect(await asha.truconn.auth.signOut()).toEqual({ endedSessions: 1 });
    expect(asha.heard).toEqual(['SIGNED_OUT']);
    expect(asha.truconn.session.state).toEqual({ status: 'signed-out', reason: 'SIGNED_OUT' });
    expect(asha.storage.values.size).toBe(0);
    const answer = await app.call('auth.me', {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(answer.status).toBe(401);
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asha.heard).toHaveLength(1);
  });

  it('works with an access token that has run out', async () => {
    const asha = await signInSdk(app);
    moveClock(61 * MINUTE);
    await asha.truconn.auth.signOut();
    expect(asha.sent).toEqual(['auth.refresh', 'auth.signOut']);
    expect(asha.heard).toEqual(['SIGNED_OUT']);
  });

  it('everywhere, by another client, ends this one at its next call, once, with the reason', async () => {
    const asha = await signInSdk(app);
    const other = connectSdk(app);
    await signInAs(other, asha);
    await other.truconn.auth.signOutEverywhere();
    const calls = await Promise.allSettled([asha.truconn.auth.me(), asha.truconn.consent.list()]);
    for (const call of calls) expect(call).toMatchObject({ status: 'rejected', reason: { status: 401 } });
    await errorOf(asha.truconn.profile.get());
    expect(asha.heard).toHaveLength(1);
    expect(['UNAUTHENTICATED', 'SESSION_EXPIRED']).toContain(asha.heard[0]);
    expect(asha.truconn.session.state).toEqual({ status: 'signed-out', reason: asha.heard[0] });
    expect(asha.storage.values.size).toBe(0);
  });
});

describe('a session that ends on the server', () => {
  it('because the account is disabled ends here, once', async () => {
    const asha = await signInSdk(app);
    await admin.client.admin.users.disable.mutate({ userId: asha.userId, reason: 'Asked for.' });
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ status: 401 });
    expect(asha.heard).toHaveLength(1);
    const again = signInAs(asha, asha);
    expect(await errorOf(again)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('because it is too old ends here, once', async () => {
    const asha = await signInSdk(app);
    await ageSession(app, asha.sessionId, '31 days');
    expect(await errorOf(asha.truconn.consent.list())).toMatchObject({ status: 401 });
    expect(asha.heard).toHaveLength(1);
  });

  it('goes on with a new sign-in', async () => {
    const asha = await signInSdk(app);
    await app.sql('delete from sessions where public_id = $1', [asha.sessionId]);
    await errorOf(asha.truconn.auth.me());
    await signInAs(asha, asha);
    expect(await emailOf(asha)).toBe(asha.email);
    expect(asha.heard).toEqual([asha.heard[0], 'signed-in']);
  });
});

it('changing the password keeps this session and ends the others', async () => {
  const asha = await signInSdk(app);
  const other = connectSdk(app);
  await signInAs(other, asha);
  const newPassword = 'quiet-harbour-violet-77';
  await asha.truconn.auth.changePassword({ currentPassword: PASSWORD, newPassword });
  expect(await emailOf(asha)).toBe(asha.email);
  expect(await asha.truconn.auth.refresh()).toHaveProperty('accessToken');
  expect(asha.heard).toEqual([]);
  expect(await errorOf(other.truconn.auth.me())).toMatchObject({ status: 401 });
});

describe('a stolen refresh token', () => {
  it('that is used late by the client itself ends the session once, as TOKEN_REUSED', async () => {
    const asha = await signInSdk(app);
    const thief = app.client();
    const first = await thief.auth.refresh.mutate({ refreshToken: asha.storage.tokens().refreshToken });
    await thief.auth.refresh.mutate({ refreshToken: first.refreshToken });
    moveClock(61 * MINUTE);
    const calls = [asha.truconn.auth.me(), asha.truconn.consent.list(), asha.truconn.profile.get()];
    const settled = await Promise.allSettled(calls);
    for (const call of settled) expect(call).toMatchObject({ reason: { code: 'TOKEN_REUSED', status: 401 } });
    expect(asha.heard).toEqual(['TOKEN_REUSED']);
    expect(asha.count('auth.refresh')).toBe(1);
    expect(asha.storage.values.size).toBe(0);
  });

  it('that is used late by the thief ends the client’s session at its next call, once', async () => {
    const asha = await signInSdk(app);
    const stolen = asha.storage.tokens().refreshToken;
    await asha.truconn.auth.refresh();
    await asha.truconn.auth.refresh();
    await app
      .client()
      .auth.refresh.mutate({ refreshToken: stolen })
      .catch(() => undefined);
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ status: 401 });
    expect(asha.heard).toHaveLength(1);
  });
});
