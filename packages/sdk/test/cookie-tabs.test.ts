// @vitest-environment jsdom
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Browser, openBrowser, type Tab } from './support/browser.ts';
import { CREDENTIALS } from './support/open-server.ts';

/** Two tabs of one person, who has signed in with the first; both know the session's id, which is `s1`. */
async function openTwo(browser: Browser): Promise<[Tab, Tab]> {
  const tabs: [Tab, Tab] = [browser.openTab(), browser.openTab()];
  const [one, two] = tabs;
  await one.truconn.auth.signIn(CREDENTIALS);
  // The other has heard of it, and may ask whose session it is.
  await expect.poll(() => two.states).toEqual(['found']);
  await two.truconn.auth.me();
  for (const { heard, states } of tabs) heard.length = states.length = 0;
  return tabs;
}

/** Ends `s1` on the server, which refuses a call of the tab; the returned function lets it hear that. */
async function refuseLate(browser: Browser, { truconn }: Tab): Promise<() => Promise<void>> {
  browser.endSession('s1');
  const release = browser.hold('profile.get');
  const late = truconn.profile.get();
  await expect.poll(() => browser.requests.at(-1)?.paths).toEqual(['profile.get']);
  return async () => {
    release();
    await expect(late).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  };
}

/** All that tabs have to tell each other, and what they tell in return, arrives before this does. */
const settle = () => sleep(900);

describe('a tab that learns late that a session has ended', () => {
  it('does not end the one that has begun since by telling of it', async () => {
    await using browser = await openBrowser();
    const [one, two] = await openTwo(browser);
    await one.truconn.auth.signOut();
    await one.truconn.auth.signIn(CREDENTIALS);
    await expect.poll(() => two.heard).toEqual(['SIGNED_OUT']);
    await settle();
    expect(one.states).toEqual(['signed-out', 'signed-in']);
    expect(one.heard).toEqual(['SIGNED_OUT', 'signed-in']);
    expect(two.truconn.session.state).toEqual({ status: 'found' });
  });

  it('does not end the one that has begun since by a call that was refused', async () => {
    await using browser = await openBrowser();
    const [one, two] = await openTwo(browser);
    const hear = await refuseLate(browser, two);
    await one.truconn.auth.signIn(CREDENTIALS);
    await hear();
    await settle();
    expect(one.states).toEqual(['signed-in']);
    expect(one.truconn.session.state).toMatchObject({ session: { id: 's2' } });
    expect((await two.truconn.auth.me()).session.id).toBe('s2');
  });

  it('keeps the one that it has heard of since, whatever a call of before is told', async () => {
    await using browser = await openBrowser();
    const [one, two] = await openTwo(browser);
    const hear = await refuseLate(browser, two);
    await one.truconn.auth.signIn(CREDENTIALS);
    await expect.poll(() => two.states).toEqual(['found']);
    await hear();
    expect(two.states).toEqual(['found']);
    expect(two.heard).toEqual([]);
  });
});

describe('a tab whose session another one ends', () => {
  it('is signed out, both hear it once, and neither asks or tells any more', async () => {
    await using browser = await openBrowser();
    const [one, two] = await openTwo(browser);
    const asked = browser.requests.length;
    await one.truconn.auth.signOut();
    await expect.poll(() => two.heard).toEqual(['SIGNED_OUT']);
    await settle();
    for (const { heard, states } of [one, two]) {
      expect(heard).toEqual(['SIGNED_OUT']);
      expect(states).toEqual(['signed-out']);
    }
    expect(browser.requests).toHaveLength(asked + 1);
  });

  it('asks anew where it does not know whose the session is', async () => {
    await using browser = await openBrowser();
    const [one] = await openTwo(browser);
    const stranger = browser.openTab();
    const reader = browser.openTab();
    await reader.truconn.consent.list();
    await one.truconn.auth.signOut();
    await expect.poll(() => [stranger.states[0], reader.states[1]]).toEqual(['found', 'found']);
    await expect(reader.truconn.auth.me()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    expect(reader.heard).toEqual(['SESSION_EXPIRED']);
  });
});

it('a tab that never asked who is signed in tells the others when it signs them out', async () => {
  await using browser = await openBrowser();
  const [, two] = await openTwo(browser);
  const quiet = browser.openTab();
  await quiet.truconn.auth.signOut();
  expect(quiet.heard).toEqual(['SIGNED_OUT']);
  await expect.poll(() => two.states).toContain('found');
  await expect(two.truconn.auth.me()).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  expect(two.heard).toEqual(['SESSION_EXPIRED']);
});

it('tabs that ask whose session it is whenever they hear of one are done asking when it has ended', async () => {
  await using browser = await openBrowser();
  const tabs = await openTwo(browser);
  for (const { truconn } of tabs) {
    truconn.session.subscribe(() => {
      if (truconn.session.state.status === 'found') truconn.auth.me().catch(() => undefined);
    });
  }
  await browser.openTab().truconn.auth.signOut();
  await settle();
  const asked = browser.requests.length;
  await settle();
  expect(tabs.map(({ heard }) => heard)).toEqual([['SESSION_EXPIRED'], ['SESSION_EXPIRED']]);
  expect(browser.requests).toHaveLength(asked);
});
