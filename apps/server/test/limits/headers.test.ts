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
const SIGN_IN_POLICY = '"sign_in_address";q=120;w=3600, "sign_in_account";q=40;w=86400';

describe('the RateLimit headers', () => {
  it('tell on a success what was charged and what is left', async () => {
    expect(limitHeaders(await trySignIn(app, asha.email, { password: PASSWORD }))).toEqual({
      policy: SIGN_IN_POLICY,
      standing: '"sign_in_address";r=119;t=3600, "sign_in_account";r=39;t=86400',
      retryAfter: null,
    });
  });

  it('tell it of a failure, and of the delay that the last free try begins', async () => {
    await trySignIn(app, asha.email);
    await setPoints(app, 'sign_in_account', 39);
    expect(limitHeaders(await trySignIn(app, asha.email))).toEqual({
      policy: SIGN_IN_POLICY,
      standing: '"sign_in_address";r=118;t=3600, "sign_in_account";r=0;t=30',
      retryAfter: null,
    });
  });

  it('tell of a refusal when to come back, as Retry-After does', async () => {
    await countJudged(() => trySignIn(app, asha.email));
    vi.setSystemTime(Date.now() + 1_500);
    expect(limitHeaders(await trySignIn(app, asha.email))).toEqual({
      policy: SIGN_IN_POLICY,
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
    await trySignIn(app, asha.email);
    await setPoints(app, 'sign_in_account', 30);
    const call = (identifier: string) => ({ identifier, password: 'wrong', credential: 'bearer' });
    const answer = await fetch(`${app.url}/trpc/auth.signIn,auth.signIn,auth.signIn?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ 0: call('a@example.com'), 1: call(asha.email), 2: call('b@example.com') }),
    });
    const { policy, standing } = limitHeaders(answer);
    expect(policy).toBe(SIGN_IN_POLICY);
    expect(standing).toBe('"sign_in_address";r=116;t=3600, "sign_in_account";r=9;t=86400');
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
