import { describe, expect, it } from 'vitest';
import { ageSession, sessionRow } from '../support/time.ts';
import {
  connectSdk,
  emailOf,
  errorOf,
  holdBack,
  holdStorage,
  MINUTE,
  moveClock,
  type SdkClient,
  type SdkPerson,
  signInAs,
  signInSdk,
  startFileApp,
} from './support.ts';

const app = await startFileApp();

/** A person who has one tab open, and then a second one on the same storage. */
async function openTabs(): Promise<{ one: SdkPerson; two: SdkClient }> {
  const one = await signInSdk(app);
  const two = connectSdk(app, { storage: one.storage });
  await two.truconn.auth.me();
  two.heard.length = 0;
  two.sent.length = 0;
  return { one, two };
}

/** Nobody was signed out, and both can still call and renew. */
async function expectBothSignedIn({ one, two }: { one: SdkPerson; two: SdkClient }): Promise<void> {
  // Past the time in which the server forgives the token before.
  await ageSession(app, one.sessionId, '1 minute');
  for (const tab of [one, two, one, two]) {
    await tab.truconn.auth.refresh();
    await ageSession(app, one.sessionId, '1 minute');
    expect(await emailOf(tab)).toBe(one.email);
  }
  expect([...one.heard, ...two.heard]).toEqual([]);
}

describe('two clients on one storage', () => {
  it('renew in turn, each what the other has left', async () => {
    await expectBothSignedIn(await openTabs());
  });

  it('renew at once, and both go on', async () => {
    const tabs = await openTabs();
    moveClock(61 * MINUTE);
    await Promise.all([tabs.one, tabs.two].flatMap((tab) => Array.from({ length: 10 }, () => emailOf(tab))));
    expect((await sessionRow(app, tabs.one.sessionId))?.refresh_generation).toBe(1);
    await expectBothSignedIn(tabs);
  });

  it('need one refresh in all when the second looks after the first', async () => {
    const { one, two } = await openTabs();
    moveClock(61 * MINUTE);
    await emailOf(one);
    await emailOf(two);
    expect([one.count('auth.refresh'), two.count('auth.refresh')]).toEqual([1, 0]);
  });

  it('go on when one has slept through many renewals of the other', async () => {
    const tabs = await openTabs();
    for (let step = 0; step < 3; step += 1) {
      await tabs.one.truconn.auth.refresh();
      await ageSession(app, tabs.one.sessionId, '1 minute');
    }
    moveClock(61 * MINUTE);
    expect(await emailOf(tabs.two)).toBe(tabs.one.email);
    await expectBothSignedIn(tabs);
  });

  it('go on when one hears the answer of a refresh after the other has renewed twice', async () => {
    const tabs = await openTabs();
    const finish = await holdBack(tabs.one, 'auth.refresh', 'answers', () => tabs.one.truconn.auth.refresh());
    await tabs.two.truconn.auth.refresh();
    await tabs.two.truconn.auth.refresh();
    await finish();
    await expectBothSignedIn(tabs);
  });

  it('go on when the request of one arrives after the other has renewed twice', async () => {
    const tabs = await openTabs();
    const finish = await holdBack(tabs.one, 'auth.refresh', 'requests', () =>
      tabs.one.truconn.auth.refresh(),
    );
    await tabs.two.truconn.auth.refresh();
    await finish();
    await expectBothSignedIn(tabs);
  });

  it('end once each when the session ends', async () => {
    const { one, two } = await openTabs();
    await app.sql('delete from sessions where public_id = $1', [one.sessionId]);
    await Promise.all([errorOf(one.truconn.auth.me()), errorOf(two.truconn.auth.me())]);
    await Promise.all([errorOf(one.truconn.auth.me()), errorOf(two.truconn.auth.me())]);
    expect([one.heard.length, two.heard.length]).toEqual([1, 1]);
  });
});

describe('one of two clients on one storage', () => {
  it('that signs out ends the other at its next call, once', async () => {
    const { one, two } = await openTabs();
    await one.truconn.auth.signOut();
    expect(await errorOf(two.truconn.auth.me())).toMatchObject({ status: 401 });
    await errorOf(two.truconn.auth.me());
    expect([one.heard.length, two.heard.length]).toEqual([1, 1]);
    expect(one.storage.values.size).toBe(0);
  });

  it('that signs out while the other renews leaves nothing in storage', async () => {
    const { one, two } = await openTabs();
    const finish = await holdBack(two, 'auth.refresh', 'answers', () => two.truconn.auth.refresh());
    await one.truconn.auth.signOut();
    await finish().catch(() => undefined);
    expect(one.storage.values.size).toBe(0);
    expect(await errorOf(two.truconn.auth.me())).toMatchObject({ status: 401 });
    expect(two.heard).toHaveLength(1);
    expect(one.heard).toEqual(['SIGNED_OUT']);
  });

  it('that signs in as somebody else while the other renews stays who it is', async () => {
    const { one, two } = await openTabs();
    const bina = await signInSdk(app);
    const finish = await holdBack(two, 'auth.refresh', 'answers', () => two.truconn.auth.refresh());
    await signInAs(one, bina);
    await finish().catch(() => undefined);
    expect(await emailOf(one)).toBe(bina.email);
    expect(await emailOf(connectSdk(app, { storage: one.storage }))).toBe(bina.email);
  });

  it('that signs in as somebody else while the refresh of the other is refused stays who it is', async () => {
    const { one, two } = await openTabs();
    const bina = await signInSdk(app);
    const finish = await holdBack(two, 'auth.refresh', 'requests', () => two.truconn.auth.refresh());
    await one.truconn.auth.signOut();
    await signInAs(one, bina);
    await finish().catch(() => undefined);
    expect(await emailOf(connectSdk(app, { storage: one.storage }))).toBe(bina.email);
    await one.truconn.auth.refresh();
    expect(await emailOf(one)).toBe(bina.email);
    expect(one.heard).toEqual(['SIGNED_OUT', 'signed-in']);
  });

  it('that signs out of a session which the other has replaced leaves the new one', async () => {
    const { one, two } = await openTabs();
    const bina = await signInSdk(app);
    await signInAs(one, bina);
    await two.truconn.auth.signOut();
    expect(await emailOf(one)).toBe(bina.email);
    expect(await emailOf(connectSdk(app, { storage: one.storage }))).toBe(bina.email);
    expect(await one.truconn.auth.refresh()).toHaveProperty('refreshToken');
    expect(one.heard).toEqual(['signed-in']);
  });

  it('that finds the other signed in as somebody else does not repeat its call as them', async () => {
    const { one, two } = await openTabs();
    const bina = await signInSdk(app);
    await one.truconn.auth.signOut();
    await signInAs(one, bina);
    expect(await errorOf(two.truconn.consent.grant({ categoryId: 4 }))).toMatchObject({ status: 401 });
    expect(two.count('consent.grant')).toBe(1);
    const { items } = await one.truconn.consent.list();
    expect(items.find(({ categoryId }) => categoryId === 4)?.granted).toBe(false);
    expect(await emailOf(one)).toBe(bina.email);
  });
});

it('two clients with storage of their own are two sessions', async () => {
  const asha = await signInSdk(app);
  const phone = connectSdk(app, { storage: holdStorage() });
  await signInAs(phone, asha);
  await phone.truconn.auth.signOut();
  expect(await emailOf(asha)).toBe(asha.email);
  expect(asha.heard).toEqual([]);
});
