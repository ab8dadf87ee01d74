import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearer, signInBrowser } from '../support/calls.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { BEHIND_A_PROXY, codeOf, countJudged, from, pointsOf, setPoints, trySignIn } from './support.ts';

const MINUTE = 60_000;

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ env: BEHIND_A_PROXY });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => app[Symbol.asyncDispose]());

const STRANGER = from('203.0.113.66');
const guess = (email = asha.email) => trySignIn(app, email, { headers: STRANGER });
const attackUntilRefused = async () => {
  await app.sql(`delete from rate_limits where key like 'sign_in_address:%'`);
  await countJudged(() => guess());
};
const comeIn = (headers: Record<string, string> = {}, password = PASSWORD) =>
  trySignIn(app, asha.email, { password, headers });

describe('the owner of an account that a stranger attacks', () => {
  it.each([
    ['the access token', async () => bearer(asha.accessToken)],
    ['the cookie', async () => ({ cookie: (await signInBrowser(app, asha)).cookie })],
    ['the session token', async () => bearer((await signInBrowser(app, asha)).token)],
  ])('gets in at once with %s of a live session, while the attack goes on', async (_name, headersOf) => {
    const headers = await headersOf();
    await attackUntilRefused();
    for (let round = 0; round < 3; round += 1) {
      expect(codeOf(await guess())).toBe('RATE_LIMITED');
      expect(codeOf(await comeIn(headers))).toBe('ok');
    }
    // Her own sign-in gave the stranger no new tries.
    expect(codeOf(await guess())).toBe('RATE_LIMITED');
  });

  it('gets in from an address that is refused, too', async () => {
    await guess();
    await setPoints(app, 'sign_in_address', 200);
    expect(codeOf(await comeIn(STRANGER))).toBe('RATE_LIMITED');
    expect(codeOf(await comeIn({ ...STRANGER, ...bearer(asha.accessToken) }))).toBe('ok');
    await app.sql(`delete from rate_limits where key like 'sign_in_address:%'`);
  });

  it.each([
    ['no session', async () => ({})],
    ['somebody else’s session', async () => bearer((await app.signUp()).accessToken)],
    ['a session that has ended', async () => bearer(await endedSession())],
    ['a token that is none', async () => bearer('not.a.token')],
  ])('is not let in for %s', async (_name, headersOf) => {
    const headers = await headersOf();
    await attackUntilRefused();
    expect(codeOf(await comeIn(headers))).toBe('RATE_LIMITED');
  });

  const endedSession = async () => {
    const { accessToken, client } = await app.signIn(asha.email);
    await client.auth.signOut.mutate();
    return accessToken;
  };

  it('is slowed down by that session when the password is wrong, each session for itself', async () => {
    const other = await app.signIn(asha.email);
    await attackUntilRefused();
    const wrong = () => comeIn(bearer(asha.accessToken), 'not-her-password');
    expect(await countJudged(wrong)).toBe(20);
    expect(codeOf(await comeIn(bearer(asha.accessToken)))).toBe('RATE_LIMITED');
    expect(codeOf(await comeIn(bearer(other.accessToken)))).toBe('ok');
  });

  it('gets in without a session when the delay is over, and the count starts anew', async () => {
    await attackUntilRefused();
    expect(codeOf(await comeIn())).toBe('RATE_LIMITED');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 });
    expect(codeOf(await comeIn())).toBe('ok');
    expect(await pointsOf(app, 'sign_in_account', asha.user.id)).toBeUndefined();
    expect(codeOf(await guess())).toBe('INVALID_CREDENTIALS');
  });

  it('waits an hour at most, however long it has gone on', async () => {
    await attackUntilRefused();
    await setPoints(app, 'sign_in_account', 5_000);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE });
    expect(codeOf(await guess())).toBe('INVALID_CREDENTIALS');
    const refused = await comeIn();
    expect(Number(refused.headers.get('retry-after'))).toBe(3_600);
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    expect(codeOf(await comeIn())).toBe('ok');
  });
});

describe('the audit log of an attack', () => {
  const linesOf = (action: string) =>
    app.sql('select details, actor_id from audit_events where action = $1 and subject_id = $2 order by at', [
      action,
      asha.user.id,
    ]);

  it('has a line for each delay, and none for what was refused unjudged', async () => {
    await attackUntilRefused();
    for (let index = 0; index < 20; index += 1) await guess();
    expect(await linesOf('user.sign_in_failed')).toHaveLength(40);
    const first = { actor_id: null, details: { delaySeconds: 30 } };
    expect(await linesOf('user.sign_in_delayed')).toEqual([first]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 });
    await guess();
    await guess();
    const second = { actor_id: null, details: { delaySeconds: 60 } };
    expect(await linesOf('user.sign_in_delayed')).toEqual([first, second]);
  });

  it('has none for a delay that the right password lifted', async () => {
    await guess();
    await setPoints(app, 'sign_in_account', 39);
    expect(codeOf(await comeIn())).toBe('ok');
    expect(await linesOf('user.sign_in_delayed')).toEqual([]);
  });
});
