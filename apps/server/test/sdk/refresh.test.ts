import { describe, expect, it } from 'vitest';
import { resign } from '../support/jwt.ts';
import { sessionRow } from '../support/time.ts';
import {
  connectSdk,
  errorOf,
  MINUTE,
  moveClock,
  type Network,
  offline,
  online,
  type SdkPerson,
  signInSdk,
  startFileApp,
} from './support.ts';

const app = await startFileApp();

/** Lets the access token in a client's storage run out, by the server's word; the client does not know. */
function expireAccessToken({ storage }: SdkPerson): void {
  const [[key = '', value = ''] = []] = storage.values;
  const stored = JSON.parse(value);
  const accessToken = resign(app, stored.accessToken, { claims: { iat: 1_000, exp: 2_000 } });
  storage.values.set(key, JSON.stringify({ ...stored, accessToken }));
}

describe('50 calls at once with an access token that has run out', () => {
  it('make one refresh when the client knows', async () => {
    const asha = await signInSdk(app);
    moveClock(61 * MINUTE);
    const calls = Array.from({ length: 50 }, () => asha.truconn.auth.me());
    for (const { user } of await Promise.all(calls)) expect(user.email).toBe(asha.email);
    expect(asha.count('auth.refresh')).toBe(1);
    expect(asha.sent).toHaveLength(6);
    expect(asha.heard).toEqual([]);
  });

  it('make one refresh when only the server knows', async () => {
    const asha = await signInSdk(app);
    expireAccessToken(asha);
    const { truconn, count, heard } = connectSdk(app, { storage: asha.storage });
    const calls = Array.from({ length: 50 }, () => truconn.auth.me());
    for (const { user } of await Promise.all(calls)) expect(user.email).toBe(asha.email);
    expect(count('auth.refresh')).toBe(1);
    expect(heard).toEqual(['signed-in']);
    expect((await sessionRow(app, asha.sessionId))?.refresh_generation).toBe(1);
  });

  it('make one refresh when half of them are refused after the others have renewed it', async () => {
    const asha = await signInSdk(app);
    expireAccessToken(asha);
    const client = connectSdk(app, { storage: asha.storage });
    const late = Promise.withResolvers<void>();
    client.network = async (path, send) => {
      const answer = await send();
      if (path.includes('consent.list')) await late.promise;
      return answer;
    };
    const slow = Array.from({ length: 25 }, () =>
      client.truconn.consent.list({}, { headers: { 'x-alone': '1' } }),
    );
    await Promise.all(Array.from({ length: 25 }, () => client.truconn.auth.me()));
    late.resolve();
    await Promise.all(slow);
    expect(client.count('auth.refresh')).toBe(1);
  });
});

describe('an access token', () => {
  it('is renewed shortly before its end, and not before', async () => {
    const asha = await signInSdk(app);
    moveClock(53 * MINUTE);
    await asha.truconn.auth.me();
    expect(asha.sent).toEqual(['auth.me']);
    moveClock(8 * MINUTE);
    await asha.truconn.auth.me();
    expect(asha.sent).toEqual(['auth.me', 'auth.refresh', 'auth.me']);
  });

  it('that still serves is used while it cannot be renewed, and the refresh is not tried at every call', async () => {
    const asha = await signInSdk(app);
    moveClock(59.5 * MINUTE);
    asha.network = (path, send) => (path === 'auth.refresh' ? offline(path, send) : send());
    const me = async () => (await asha.truconn.auth.me(undefined, { retries: 0 })).user.email;
    expect([await me(), await me()]).toEqual([asha.email, asha.email]);
    expect(asha.sent).toEqual(['auth.refresh', 'auth.refresh', 'auth.refresh', 'auth.me', 'auth.me']);
  });
});

describe('a refresh whose answer was lost on its way', () => {
  it('is asked for again, and gives the pair that the server had made', async () => {
    const asha = await signInSdk(app);
    let lost = 0;
    asha.network = async (path, send) => {
      const answer = await send();
      if (path !== 'auth.refresh' || lost > 0) return answer;
      lost += 1;
      throw new TypeError('terminated');
    };
    moveClock(61 * MINUTE);
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(lost).toBe(1);
    expect((await sessionRow(app, asha.sessionId))?.refresh_generation).toBe(1);
    await asha.truconn.auth.refresh();
    expect((await sessionRow(app, asha.sessionId))?.refresh_generation).toBe(2);
    expect(asha.heard).toEqual([]);
  });

  it('with all its repetitions is asked for by a later call', async () => {
    const asha = await signInSdk(app);
    const lossy: Network = async (path, send) => {
      const answer = await send();
      if (path === 'auth.refresh') throw new TypeError('terminated');
      return answer;
    };
    asha.network = lossy;
    moveClock(61 * MINUTE);
    expect(await errorOf(asha.truconn.auth.me())).toMatchObject({ code: 'NETWORK_ERROR' });
    asha.network = online;
    expect((await asha.truconn.auth.me()).user.email).toBe(asha.email);
    expect(asha.heard).toEqual([]);
  });
});
