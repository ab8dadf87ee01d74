import { describe, expect, it, vi } from 'vitest';
import { clockOff, connectSdk, emailOf, MINUTE, offline, signInSdk, startFileApp } from './support.ts';

const app = await startFileApp();

describe.each([
  ['ten minutes ahead', 10 * MINUTE],
  ['ten minutes behind', -10 * MINUTE],
])('a client whose clock is %s', (_where, ms) => {
  it('signs in, calls without a refresh, and renews in time', async () => {
    const { email, password } = await signInSdk(app);
    const client = connectSdk(app);
    client.network = clockOff(ms);
    await client.truconn.auth.signIn({ identifier: email, password });
    for (let call = 0; call < 3; call += 1) await client.truconn.auth.me();
    expect(client.sent).toEqual(['auth.signIn', 'auth.me', 'auth.me', 'auth.me']);
    vi.useRealTimers();
    client.network = clockOff(ms + 59.5 * MINUTE);
    await client.truconn.auth.me();
    expect(client.sent.slice(4)).toEqual(['auth.refresh', 'auth.me']);
  });

  it('uses a token that still serves while it cannot be renewed', async () => {
    const { email, password } = await signInSdk(app);
    const client = connectSdk(app);
    client.network = clockOff(ms);
    await client.truconn.auth.signIn({ identifier: email, password });
    const late = clockOff(ms + 59.5 * MINUTE);
    client.network = (path, send) => (path === 'auth.refresh' ? offline(path, send) : late(path, send));
    expect((await client.truconn.auth.me(undefined, { retries: 0 })).user.email).toBe(email);
    expect(client.count('auth.refresh')).toBeGreaterThan(0);
  });

  it('goes on with what a client with a right clock has left in storage', async () => {
    const asha = await signInSdk(app);
    const client = connectSdk(app, { storage: asha.storage });
    client.network = clockOff(ms);
    expect(await emailOf(client)).toBe(asha.email);
    expect(client.heard).toEqual(['signed-in']);
  });
});
