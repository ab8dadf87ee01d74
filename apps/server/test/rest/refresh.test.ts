import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, errorData, whoAmI } from '../support/calls.ts';
import { decodeJwt } from '../support/jwt.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { statementsOf, textOf } from '../support/statements.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { ageSession, sessionRow } from '../support/time.ts';

const URLS = ['POST /api/token/refresh/', 'POST /user/api/token/refresh/'] as const;

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

const refresh = (token: string, instance = app) => instance.rest(URLS[0], { body: { refresh: token } });
/** The SDK's. */
const rotate = async (refreshToken: string) =>
  (await app.client().auth.refresh.mutate({ refreshToken })).refreshToken;
const me = (accessToken: string) => whoAmI(app, bearer(accessToken));
const generation = async () => (await sessionRow(app, asha.sessionId))?.refresh_generation;
const reuses = () =>
  app.sql<{ details: object }>(
    `select details from audit_events where action = 'session.refresh_reused' and subject_id = $1`,
    [asha.user.id],
  );

describe('a refresh at a documented URL', () => {
  it.each(URLS)('%s answers an access token of the same session, and nothing else', async (url) => {
    const { status, body } = await app.rest(url, { body: { refresh: asha.refreshToken } });
    expect([status, Object.keys(body)]).toEqual([200, ['access']]);
    expect(decodeJwt(body.access).claims.sid).toBe(asha.sessionId);
    expect(await me(body.access)).toBe(`200 ${asha.email}`);
  });

  it('leaves the refresh token as it is, as often as one likes', async () => {
    for (let step = 0; step < 5; step += 1) {
      await ageSession(app, asha.sessionId, '1 hour');
      expect((await refresh(asha.refreshToken, step % 2 === 0 ? app : twin)).status).toBe(200);
    }
    expect(await generation()).toBe(0);
    expect(await reuses()).toEqual([]);
  });

  it('20 at once with one token all succeed, on two instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refresh(asha.refreshToken, index % 2 === 0 ? app : twin)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const { body } of answers) expect(await me(body.access)).toBe(`200 ${asha.email}`);
    expect(await generation()).toBe(0);
  });

  it('counts as a use of the session, and does not start the refresh token’s 24 hours anew', async () => {
    await ageSession(app, asha.sessionId, '23 hours');
    expect((await refresh(asha.refreshToken)).status).toBe(200);
    const row = await sessionRow(app, asha.sessionId);
    expect(Date.now() - (row?.last_seen_at.getTime() ?? 0)).toBeLessThan(60_000);
    const idleDays = ((row?.expires_at.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(idleDays).toBeCloseTo(14, 1);
    await ageSession(app, asha.sessionId, '1 hour 1 second');
    expect((await refresh(asha.refreshToken)).status).toBe(401);
    expect(await reuses()).toEqual([]);
  });

  it('gives nothing that outlives the session', async () => {
    await app.sql(
      `update sessions set expires_at = absolute_expires_at, refresh_expires_at = absolute_expires_at
       where public_id = $1`,
      [asha.sessionId],
    );
    await ageSession(app, asha.sessionId, '29 days 23 hours 40 minutes');
    const { body } = await refresh(asha.refreshToken);
    const row = await sessionRow(app, asha.sessionId);
    const end = row?.absolute_expires_at.getTime() ?? 0;
    expect(Number(decodeJwt(body.access).claims.exp) * 1000).toBeLessThanOrEqual(end);
    expect(row?.expires_at.getTime()).toBe(end);
  });

  it('is one statement, and the one that counts it', async () => {
    const statements = (await statementsOf(() => refresh(asha.refreshToken))).map(textOf);
    expect(statements).toHaveLength(2);
    expect(statements[1]).toMatch(/^update "sessions"/);
  });

  it('shares its limit with the SDK’s', async () => {
    for (let count = 0; count < 99; count += 9) {
      await Promise.all(Array.from({ length: 9 }, () => refresh(asha.refreshToken)));
    }
    const answer = await app.call('auth.refresh', { input: { refreshToken: asha.refreshToken } });
    expect(answer.status).toBe(200);
    const { status, headers } = await refresh(asha.refreshToken);
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    const sdk = await app.call('auth.refresh', { input: { refreshToken: asha.refreshToken } });
    expect(errorData(sdk).code).toBe('RATE_LIMITED');
  });
});

describe('a refresh token that the SDK was given', () => {
  it('is taken, before and after it was rotated', async () => {
    const second = await rotate(asha.refreshToken);
    expect((await refresh(second)).status).toBe(200);
    expect(await generation()).toBe(1);
    expect(await rotate(second)).not.toBe(second);
  });

  it('is taken for 30 seconds when a rotation left it a step behind, and no longer by being used', async () => {
    await rotate(asha.refreshToken);
    for (const seconds of [15, 10]) {
      await ageSession(app, asha.sessionId, `${seconds} seconds`);
      expect((await refresh(asha.refreshToken, twin)).status).toBe(200);
    }
    await ageSession(app, asha.sessionId, '6 seconds');
    await expectTheft(asha.refreshToken, [asha.accessToken]);
  });

  it('two steps behind ends the session at once', async () => {
    const latest = await rotate(await rotate(asha.refreshToken));
    await expectTheft(asha.refreshToken, [asha.accessToken]);
    expect((await refresh(latest)).status).toBe(401);
  });

  it('stolen and used 20 times at once ends it once, and no other session', async () => {
    const other = await app.signIn(asha.email);
    await rotate(await rotate(asha.refreshToken));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refresh(asha.refreshToken, index % 2 === 0 ? app : twin)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await reuses()).toHaveLength(1);
    expect(await me(other.accessToken)).toBe(`200 ${asha.email}`);
  });

  async function expectTheft(stolen: string, accessTokens: string[]) {
    const { status, body } = await refresh(stolen, twin);
    expect([status, Object.keys(body)]).toEqual([401, ['detail']]);
    // What it ended is committed before the thief hears of it.
    expect(await sessionRow(app, asha.sessionId)).toBeUndefined();
    for (const token of accessTokens) expect(await me(token)).toBe('401 UNAUTHENTICATED');
    expect(await reuses()).toEqual([{ details: { sessionId: asha.sessionId } }]);
  }
});

describe('a refresh dies with its session', () => {
  it.each([
    ['sign-out', () => asha.client.auth.signOut.mutate()],
    ['sign-out everywhere', () => asha.client.auth.signOutEverywhere.mutate()],
    ['disabling', () => app.sql('update users set disabled_at = now() where id = $1', [asha.user.id])],
    ['another epoch', () => app.sql('update users set credential_epoch = 9 where id = $1', [asha.user.id])],
    ['its idle end', () => ageSession(app, asha.sessionId, '15 days')],
  ])('by %s', async (_name, end) => {
    await end();
    expect((await refresh(asha.refreshToken)).status).toBe(401);
    expect(await reuses()).toEqual([]);
  });

  it('at the very moment, too: no access token outlives a sign-out that it raced', async () => {
    const [ended, ...answers] = await Promise.all([
      asha.client.auth.signOut.mutate(),
      ...Array.from({ length: 12 }, (_, index) => refresh(asha.refreshToken, index % 2 === 0 ? app : twin)),
    ]);
    expect(ended).toEqual({ endedSessions: 1 });
    for (const { status, body } of answers) {
      expect([200, 401]).toContain(status);
      if (status === 200) expect(await me(body.access)).toBe('401 UNAUTHENTICATED');
    }
    expect((await refresh(asha.refreshToken)).status).toBe(401);
  });

  it('and lives on in one that a change of the password kept, however the two met', async () => {
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('update users set credential_epoch = 1 where id = $1', [asha.user.id]);
    await hand.query('update sessions set credential_epoch = 1 where public_id = $1', [asha.sessionId]);
    const refreshed = refresh(asha.refreshToken);
    await somebodyWaits(hand);
    await hand.query('commit');
    const { status, body } = await refreshed;
    expect([status, await me(body.access)]).toEqual([200, `200 ${asha.email}`]);
  });
});

describe('what is no refresh token', () => {
  it.each([
    ['garbage', () => 'garbage'],
    ['an access token', () => asha.accessToken],
    ['a session’s id', () => asha.sessionId],
  ])('%s is 401, and the session lives on', async (_name, token) => {
    expect((await refresh(token())).status).toBe(401);
    expect(await me(asha.accessToken)).toBe(`200 ${asha.email}`);
  });

  it.each([undefined, null, '', 7, 'x'.repeat(4097)])('%j is 400 on its field', async (token) => {
    const { status, body } = await app.rest(URLS[0], { body: { refresh: token } });
    expect([status, Object.keys(body)]).toEqual([400, ['refresh']]);
  });
});
