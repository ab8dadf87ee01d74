import { describe, expect, it } from 'vitest';
import {
  connectSdk,
  errorOf,
  MINUTE,
  moveClock,
  type Network,
  online,
  signInSdk,
  startFileApp,
} from './support.ts';

const app = await startFileApp();

const page = (status: number, headers = {}) =>
  new Response('<!doctype html><title>Sign in to the network</title>', {
    status,
    headers: { 'content-type': 'text/html', ...headers },
  });
const refusal = (code: string, httpStatus: number, more = {}) =>
  Response.json(
    { error: { message: code, code: -32_000, data: { code, httpStatus, ...more } } },
    { status: httpStatus },
  );

/** A network that answers refreshes itself, and lets the rest through. */
const refreshesAre =
  (make: () => Response): Network =>
  (path, send) =>
    path === 'auth.refresh' ? Promise.resolve(make()) : send();

describe('a refresh that is answered with', () => {
  it.each<[string, () => Response]>([
    ['429', () => refusal('RATE_LIMITED', 429, { retryAfterSeconds: 60 })],
    ['503', () => refusal('UNAVAILABLE', 503, { retryAfterSeconds: 60 })],
    ['500', () => refusal('INTERNAL', 500)],
    ['a page with status 200', () => page(200)],
    ['a page with status 401', () => page(401)],
    ['a page with status 403', () => page(403)],
    ['a page with status 502', () => page(502, { 'retry-after': '60' })],
    ['a refusal of the host', () => refusal('HOST_REFUSED', 400)],
    ['a refusal of the origin', () => refusal('ORIGIN_REFUSED', 403)],
  ])('%s keeps the session, which goes on when that is over', async (_what, make) => {
    const asha = await signInSdk(app);
    moveClock(61 * MINUTE);
    asha.network = refreshesAre(make);
    expect((await errorOf(asha.truconn.auth.me())).code).not.toBe('UNAUTHENTICATED');
    expect(asha.heard).toEqual([]);
    expect(asha.storage.values.size).toBe(1);
    // A client of later: this one may be told to wait for a minute.
    const later = connectSdk(app, { storage: asha.storage });
    later.network = online;
    expect((await later.truconn.auth.me()).user.email).toBe(asha.email);
  });

  it.each(['UNAUTHENTICATED', 'SESSION_EXPIRED', 'TOKEN_REUSED'])(
    '%s ends it once, for that reason',
    async (code) => {
      const asha = await signInSdk(app);
      moveClock(61 * MINUTE);
      asha.network = refreshesAre(() => refusal(code, 401));
      const calls = [asha.truconn.auth.me(), asha.truconn.consent.list(), asha.truconn.profile.get()];
      for (const error of await Promise.all(calls.map(errorOf)))
        expect(error).toMatchObject({ code, status: 401 });
      expect(asha.heard).toEqual([code]);
      expect(asha.truconn.session.state).toEqual({ status: 'signed-out', reason: code });
      expect(asha.storage.values.size).toBe(0);
    },
  );
});

describe('a refresh that was told to wait for long', () => {
  it('tells calls so at once, with the time, and asks no more until then', async () => {
    const asha = await signInSdk(app);
    moveClock(61 * MINUTE);
    asha.network = refreshesAre(() => refusal('RATE_LIMITED', 429, { retryAfterSeconds: 60 }));
    for (let call = 0; call < 3; call += 1) {
      expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    }
    expect(asha.sent).toEqual(['auth.refresh']);
  });
});

describe('what is refused with 401 and is no word about the session', () => {
  it('ends nothing: a wrong password, a page of a proxy', async () => {
    const asha = await signInSdk(app);
    const wrong = { currentPassword: 'wrong-orbit-lantern-43', newPassword: 'quiet-harbour-violet-77' };
    const error = await errorOf(asha.truconn.auth.changePassword(wrong));
    expect(['INVALID_CREDENTIALS', 'INVALID_INPUT']).toContain(error.code);
    asha.network = async () => page(401);
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ code: 'INVALID_RESPONSE', status: 401 });
    asha.network = online;
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(asha.heard).toEqual([]);
  });

  it('is a call of somebody who never signed in', async () => {
    const { truconn, heard } = connectSdk(app);
    expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(truconn.session.state).toEqual({ status: 'signed-out', reason: null });
    expect(heard).toEqual([]);
  });
});
