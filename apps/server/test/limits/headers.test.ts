import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearer } from '../support/calls.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { countJudged, setPoints, trySignIn } from './support.ts';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ env: { CORS_ORIGINS: 'https://console.test' } });
  asha = await app.signUp();
});
beforeEach(async () => {
  await app.sql('delete from rate_limits');
  // The seconds in the headers are told exactly.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => void vi.useRealTimers());
afterAll(() => app[Symbol.asyncDispose]());

const limitHeaders = ({ headers }: { headers: Headers }) => ({
  policy: headers.get('ratelimit-policy'),
  standing: headers.get('ratelimit'),
  retryAfter: headers.get('retry-after'),
});
const ADDRESS_POLICY = '"sign_in_address";q=120;w=3600';
const BOTH_POLICIES = `${ADDRESS_POLICY}, "sign_in_account";q=40;w=86400`;

describe('the RateLimit headers', () => {
  it('tell on a success what was charged and what is left', async () => {
    expect(limitHeaders(await trySignIn(app, asha.email, { password: PASSWORD }))).toEqual({
      policy: ADDRESS_POLICY,
      standing: '"sign_in_address";r=119;t=3600',
      retryAfter: null,
    });
  });

  it('tell it of a failure, and of the delay that the last free try begins', async () => {
    await trySignIn(app, 'nobody@example.com');
    await setPoints(app, 'sign_in_address', 119);
    expect(limitHeaders(await trySignIn(app, 'nobody@example.com'))).toEqual({
      policy: ADDRESS_POLICY,
      standing: '"sign_in_address";r=0;t=30',
      retryAfter: null,
    });
  });

  it('tell of a refusal when to come back, as Retry-After does', async () => {
    await countJudged(() => trySignIn(app, asha.email));
    vi.setSystemTime(Date.now() + 1_500);
    expect(limitHeaders(await trySignIn(app, asha.email))).toEqual({
      policy: BOTH_POLICIES,
      standing: '"sign_in_address";r=79;t=3599, "sign_in_account";r=0;t=29',
      retryAfter: '29',
    });
  });

  it('tell of a window that is fixed', async () => {
    const refresh = () => app.call('auth.refresh', { input: { refreshToken: asha.refreshToken } });
    expect(limitHeaders(await refresh())).toEqual({
      policy: '"refresh";q=100;w=60',
      standing: '"refresh";r=99;t=60',
      retryAfter: null,
    });
    await setPoints(app, 'refresh', 100);
    expect(limitHeaders(await refresh())).toMatchObject({
      standing: '"refresh";r=0;t=60',
      retryAfter: '60',
    });
  });

  it('tell of a batch the one that leaves the least, whatever its place', async () => {
    const other = await app.signIn(asha.email);
    const tokens = [asha, other, asha].map(({ refreshToken }) => ({ refreshToken }));
    await app.call('auth.refresh', { input: tokens[1] });
    await setPoints(app, 'refresh', 30);
    const answer = await fetch(`${app.url}/trpc/auth.refresh,auth.refresh,auth.refresh?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ 0: tokens[0], 1: tokens[1], 2: tokens[2] }),
    });
    const { policy, standing } = limitHeaders(answer);
    expect(policy).toBe('"refresh";q=100;w=60');
    expect(standing).toBe('"refresh";r=69;t=60');
  });

  it('are absent where nothing is charged', async () => {
    const me = await app.call('auth.me', { method: 'GET', headers: bearer(asha.accessToken) });
    const unread = await app.call('auth.signIn', { input: { identifier: 7 } });
    for (const answer of [me, unread]) {
      expect(limitHeaders(answer)).toEqual({ policy: null, standing: null, retryAfter: null });
    }
  });

  it('can be read by pages of a listed origin', async () => {
    const headers = { origin: 'https://console.test' };
    const answer = await trySignIn(app, asha.email, { password: PASSWORD, headers });
    const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['ratelimit', 'ratelimit-policy', 'retry-after']));
  });
});

describe('the RateLimit headers of sign-ins tell strangers nothing about accounts', () => {
  /** What a stranger who guesses sees; each guess charges the address, which is theirs. */
  const seenBy = async (identifier: string) => {
    await app.sql(`delete from rate_limits where key like 'sign_in_address:%'`);
    const answer = await trySignIn(app, identifier);
    return { status: answer.status, ...limitHeaders(answer) };
  };

  it('the first tries look the same for an e-mail address, the username of the same account, and nobody', async () => {
    const ravi = await app.signUp({ username: `ravi-${crypto.randomUUID()}` });
    const seen = [];
    for (const name of [ravi.email, ravi.user.username, 'nobody@example.com', 'nobody', ravi.email]) {
      seen.push(await seenBy(name));
    }
    const standing = '"sign_in_address";r=119;t=3600';
    const expected = { status: 401, policy: ADDRESS_POLICY, standing, retryAfter: null };
    expect(seen).toEqual(Array(5).fill(expected));
  });

  it('nor does it show when the owner has signed in in between', async () => {
    await seenBy(asha.email);
    const before = await seenBy(asha.email);
    await app.signIn(asha.email);
    expect(await seenBy(asha.email)).toEqual(before);
  });

  it('not even with the try after which the account waits', async () => {
    const first = await seenBy(asha.email);
    await setPoints(app, 'sign_in_account', 39);
    expect(await seenBy(asha.email)).toEqual(first);
  });

  it('and a refusal looks the same for a known and an unknown account', async () => {
    const seen = [];
    for (const name of [asha.email, 'nobody@example.com']) {
      await seenBy(name);
      await setPoints(app, 'sign_in_account', 39);
      await seenBy(name);
      seen.push(await seenBy(name));
    }
    const standing = '"sign_in_address";r=119;t=3600, "sign_in_account";r=0;t=30';
    const expected = { status: 429, policy: BOTH_POLICIES, standing, retryAfter: '30' };
    expect(seen).toEqual([expected, expected]);
  });

  it('a session that lets its owner in tells of its count only when that is used up', async () => {
    await seenBy(asha.email);
    await setPoints(app, 'sign_in_account', 40);
    await app.sql(`update rate_limits set expire = $1 where key like 'sign_in_account:%'`, [
      Date.now() + 60_000,
    ]);
    const comeIn = () => trySignIn(app, asha.email, { headers: bearer(asha.accessToken) });
    expect(limitHeaders(await comeIn()).policy).toBe(BOTH_POLICIES);
    await setPoints(app, 'sign_in_session', 19);
    await comeIn();
    expect(limitHeaders(await comeIn())).toEqual({
      policy: `${BOTH_POLICIES}, "sign_in_session";q=20;w=86400`,
      standing: expect.stringMatching(/"sign_in_session";r=0;t=30$/),
      retryAfter: '30',
    });
  });
});
