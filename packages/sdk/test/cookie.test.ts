import { describe, expect, it } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { endingOf } from './support/errors.ts';
import { CREDENTIALS } from './support/open-server.ts';

describe('a client that never asked who is signed in', () => {
  it('hears that the session has ended, with the reason, once a call has shown that there was one', async () => {
    await using browser = await openBrowser();
    await browser.openTab().truconn.auth.signIn(CREDENTIALS);
    const { truconn, heard } = browser.openTab();
    await truconn.consent.list();
    expect(truconn.session.state).toEqual({ status: 'found' });
    browser.endSession('s1');
    const calls = [truconn.consent.list(), truconn.profile.get(), truconn.consent.grant({ categoryId: 4 })];
    expect(await Promise.all(calls.map(endingOf))).toEqual(calls.map(() => 'SESSION_EXPIRED'));
    expect(heard).toEqual(['SESSION_EXPIRED']);
    expect(truconn.session.state).toEqual({ status: 'signed-out', reason: 'SESSION_EXPIRED' });
  });

  it.each(['first of all', 'after a call'])('hears that it signs out, %s', async (when) => {
    await using browser = await openBrowser();
    await browser.openTab().truconn.auth.signIn(CREDENTIALS);
    const { truconn, heard } = browser.openTab();
    if (when === 'after a call') await truconn.consent.list();
    await truconn.auth.signOut();
    expect(heard).toEqual(['SIGNED_OUT']);
  });
});

it('a late answer says nothing of who is signed in once a refusal has ended their session', async () => {
  await using browser = await openBrowser();
  const { truconn, heard } = browser.openTab();
  await truconn.auth.signIn(CREDENTIALS);
  const release = browser.hold('auth.me');
  const late = truconn.auth.me();
  await expect.poll(() => browser.requests.at(-1)?.paths).toEqual(['auth.me']);
  browser.endSession('s1');
  expect(await endingOf(truconn.profile.get())).toBe('SESSION_EXPIRED');
  release();
  expect((await late).session.id).toBe('s1');
  expect(truconn.session.state).toEqual({ status: 'signed-out', reason: 'SESSION_EXPIRED' });
  expect(heard).toEqual(['signed-in', 'SESSION_EXPIRED']);
});
