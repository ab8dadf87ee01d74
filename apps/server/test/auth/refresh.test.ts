import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, endingOf, errorData, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { decodeJwt, resign } from '../support/jwt.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { ageSession, sessionRow } from '../support/time.ts';

let app: TestApp;
let twin: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  twin = await startTestApp({ database: app.database });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const refresh = (refreshToken: string, instance = app) =>
  instance.client().auth.refresh.mutate({ refreshToken });
const me = (accessToken: string) => whoAmI(app, bearer(accessToken));
const reuses = () =>
  app.sql<{ subject_id: string; details: object }>(
    `select subject_id, details, request_id from audit_events where action = 'session.refresh_reused' and subject_id = $1`,
    [asha.user.id],
  );

describe('auth.refresh', () => {
  it('gives a new pair; the access token before it lives on until its own end', async () => {
    const pair = await refresh(asha.refreshToken);
    expect(Object.keys(pair).sort()).toEqual(['accessToken', 'accessTokenExpiresAt', 'refreshToken']);
    expect([pair.accessToken === asha.accessToken, pair.refreshToken === asha.refreshToken]).toEqual([
      false,
      false,
    ]);
    expect(await me(pair.accessToken)).toBe(`200 ${asha.email}`);
    expect(await me(asha.accessToken)).toBe(`200 ${asha.email}`);
    expect(decodeJwt(pair.accessToken).claims.sid).toBe(asha.sessionId);
  });

  it('rotates as often as one likes, on whichever instance', async () => {
    let { refreshToken } = asha;
    for (let step = 0; step < 6; step += 1) {
      ({ refreshToken } = await refresh(refreshToken, step % 2 === 0 ? app : twin));
    }
    expect((await sessionRow(app, asha.sessionId))?.refresh_generation).toBe(6);
  });

  it('starts 24 hours anew, and counts as a use of the session', async () => {
    await ageSession(app, asha.sessionId, '20 hours');
    const { refreshToken } = await refresh(asha.refreshToken);
    const hours = (Number(decodeJwt(refreshToken).claims.exp) * 1000 - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
    const row = await sessionRow(app, asha.sessionId);
    expect(Date.now() - (row?.last_seen_at.getTime() ?? 0)).toBeLessThan(60_000);
  });

  it('is refused after those 24 hours', async () => {
    await ageSession(app, asha.sessionId, '24 hours 1 second');
    expect(await errorOf(refresh(asha.refreshToken))).toMatchObject({ httpStatus: 401 });
    const past = resign(app, asha.refreshToken, { claims: { iat: 1_000, exp: 2_000 } });
    expect(await errorOf(refresh(past))).toMatchObject({ code: 'SESSION_EXPIRED' });
    expect(await reuses()).toEqual([]);
  });

  it('gives nothing that outlives the session', async () => {
    await app.sql(
      `update sessions set expires_at = absolute_expires_at, refresh_expires_at = absolute_expires_at
       where public_id = $1`,
      [asha.sessionId],
    );
    await ageSession(app, asha.sessionId, '29 days 23 hours 40 minutes');
    const pair = await refresh(asha.refreshToken);
    const row = await sessionRow(app, asha.sessionId);
    const end = row?.absolute_expires_at.getTime() ?? 0;
    for (const token of [pair.accessToken, pair.refreshToken]) {
      expect(Number(decodeJwt(token).claims.exp) * 1000).toBeLessThanOrEqual(end);
    }
    expect(Date.parse(pair.accessTokenExpiresAt)).toBeLessThanOrEqual(end);
    expect(row?.expires_at).toEqual(row?.absolute_expires_at);
  });

  it('20 at once with one token all succeed, with the same refresh token, on two instances', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refresh(asha.refreshToken, index % 2 === 0 ? app : twin)),
    );
    expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(1);
    expect(new Set(await Promise.all(pairs.map((pair) => me(pair.accessToken))))).toEqual(
      new Set([`200 ${asha.email}`]),
    );
    expect((await sessionRow(app, asha.sessionId))?.refresh_generation).toBe(1);
  });
});

describe('a client that failed to save its new refresh token', () => {
  it('gets the same again within 30 seconds', async () => {
    const first = await refresh(asha.refreshToken);
    await ageSession(app, asha.sessionId, '25 seconds');
    const again = await refresh(asha.refreshToken, twin);
    expect((await sessionRow(app, asha.sessionId))?.refresh_generation).toBe(1);
    expect(await endingOf(refresh(again.refreshToken))).toBe('ok');
    expect(decodeJwt(again.refreshToken).claims.jti).toBe(decodeJwt(first.refreshToken).claims.jti);
    expect(await reuses()).toEqual([]);
  });

  it('does not have those 30 seconds anew by coming back', async () => {
    await refresh(asha.refreshToken);
    await ageSession(app, asha.sessionId, '20 seconds');
    await refresh(asha.refreshToken);
    await ageSession(app, asha.sessionId, '20 seconds');
    expect(await errorOf(refresh(asha.refreshToken))).toMatchObject({ code: 'TOKEN_REUSED' });
  });
});

describe('a stolen refresh token', () => {
  async function expectTheft(stolen: string, accessTokens: string[], latest: string) {
    expect(await errorOf(refresh(stolen, twin))).toMatchObject({ code: 'TOKEN_REUSED', httpStatus: 401 });
    // What it ended is committed before the thief hears of it.
    expect(await sessionRow(app, asha.sessionId)).toBeUndefined();
    for (const token of accessTokens) expect(await me(token)).toBe('401 UNAUTHENTICATED');
    expect(await errorOf(refresh(latest))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await reuses()).toEqual([
      { subject_id: asha.user.id, details: { sessionId: asha.sessionId }, request_id: expect.any(String) },
    ]);
  }

  it('one step behind, after the grace, ends the session for good and leaves a line in the audit log', async () => {
    const pair = await refresh(asha.refreshToken);
    await ageSession(app, asha.sessionId, '31 seconds');
    await expectTheft(asha.refreshToken, [asha.accessToken, pair.accessToken], pair.refreshToken);
  });

  it('two steps behind does so at once', async () => {
    const first = await refresh(asha.refreshToken);
    const second = await refresh(first.refreshToken);
    await expectTheft(asha.refreshToken, [first.accessToken, second.accessToken], second.refreshToken);
  });

  it('ends one session of the person, not the others', async () => {
    const other = await app.signIn(asha.email);
    const first = await refresh(asha.refreshToken);
    await refresh(first.refreshToken);
    expect(await endingOf(refresh(asha.refreshToken))).toBe('TOKEN_REUSED');
    expect(await me(other.accessToken)).toBe(`200 ${asha.email}`);
  });

  it('used 20 times at once ends it once', async () => {
    const first = await refresh(asha.refreshToken);
    await refresh(first.refreshToken);
    const endings = await Promise.all(
      Array.from({ length: 20 }, (_, index) => endingOf(refresh(asha.refreshToken, index % 2 ? app : twin))),
    );
    expect(new Set(endings)).toEqual(new Set(['TOKEN_REUSED', 'UNAUTHENTICATED']));
    expect(await reuses()).toHaveLength(1);
  });
});

describe('auth.refresh is 401 for', () => {
  it.each([
    ['garbage', () => 'garbage'],
    ['dots', () => '..'],
    ['an access token', () => asha.accessToken],
    ['a session’s id', () => asha.sessionId],
    ['a generation that is yet to come', () => resign(app, asha.refreshToken, { claims: { gen: 5 } })],
    ['a generation out of range', () => resign(app, asha.refreshToken, { claims: { gen: 2 ** 31 } })],
    ['a session that is no UUID', () => resign(app, asha.refreshToken, { claims: { sid: 'x' } })],
  ])('%s, and the session lives on', async (_name, token) => {
    expect(await errorOf(refresh(token()))).toMatchObject({ code: 'UNAUTHENTICATED', httpStatus: 401 });
    expect(await me(asha.accessToken)).toBe(`200 ${asha.email}`);
  });

  it.each([
    ['sign-out', () => asha.client.auth.signOut.mutate()],
    ['disabling', () => app.sql('update users set disabled_at = now() where id = $1', [asha.user.id])],
    ['another epoch', () => app.sql('update users set credential_epoch = 9 where id = $1', [asha.user.id])],
  ])('whoever comes after %s', async (_name, end) => {
    await end();
    expect(await errorOf(refresh(asha.refreshToken))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await me(asha.accessToken)).toBe('401 UNAUTHENTICATED');
  });
});

describe('auth.refresh is 400 for', () => {
  it('what is no text of 1 to 4096 characters', async () => {
    for (const refreshToken of [undefined, null, 7, '', [], {}, 'x'.repeat(4097), 'a\u0000b', '\uD800']) {
      const { code, fields } = errorData(await app.call('auth.refresh', { input: { refreshToken } }));
      expect([refreshToken, code, Object.keys(fields ?? {})]).toEqual([
        refreshToken,
        'INVALID_INPUT',
        ['refreshToken'],
      ]);
    }
  });

  it('an unknown field', async () => {
    const answer = await app.call('auth.refresh', { input: { refreshToken: 'x', userId: asha.user.id } });
    expect(errorData(answer)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: { userId: [expect.any(String)] },
    });
  });
});
