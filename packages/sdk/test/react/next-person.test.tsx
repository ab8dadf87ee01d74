// @vitest-environment jsdom
import { keepPreviousData, onlineManager, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { createTruConnQuery, useSession, useTruConn } from '../../src/react/index.ts';
import { holdStorage } from '../support/tokens.ts';
import { consentsOf, makeView, signIn } from './support/consents.tsx';
import { startPeopleServer } from './support/people-server.ts';
import { openPage } from './support/render.tsx';

describe('what was fetched for one person', () => {
  afterEach(() => onlineManager.setOnline(true));

  test('is gone when the session ends, and what is still shown is asked for again', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const rendered = page.render(makeView());
    await rendered.shows('consents', 'asha: a consent of asha');
    const ledger = createTruConnQuery(page).consent.ledger.queryOptions();
    await page.queryClient.prefetchQuery(ledger);
    await page.truconn.auth.signOut();
    expect(page.queryClient.getQueryState(ledger.queryKey)).toBeUndefined();
    expect(
      JSON.stringify(
        page.queryClient
          .getQueryCache()
          .getAll()
          .map(({ state }) => state),
      ),
    ).not.toContain('asha');
    await rendered.shows('consents', 'nobody: UNAUTHENTICATED');
    await rendered.shows('bystander', '');
  });

  test('is never rendered for the next, who gets their own', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const seen: string[] = [];
    const rendered = page.render(makeView(seen));
    await rendered.shows('consents', 'asha: a consent of asha');
    await signIn(page, 'ben');
    await rendered.shows('consents', 'ben: a consent of ben');
    await rendered.shows('bystander', 'a consent of ben');
    expect(seen.filter((shown) => shown.startsWith('ben') && shown.includes('of asha'))).toEqual([]);
  });

  test('is not on the screen beside the name of the next, not for a moment', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const Name = () => <p id="name">{useSession().user?.id}</p>;
    const rendered = page.render([<Name key="name" />, ...makeView()]);
    await rendered.shows('bystander', 'a consent of asha');
    await rendered.shows('name', 'asha');
    const screens: (string | undefined)[] = [];
    const observer = new MutationObserver(() =>
      screens.push(`${rendered.text('name')}: ${rendered.text('bystander')}`),
    );
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    await signIn(page, 'ben');
    await rendered.shows('bystander', 'a consent of ben');
    observer.disconnect();
    expect(screens.at(-1)).toBe('ben: a consent of ben');
    expect(screens).not.toContain('ben: a consent of asha');
  });

  test('is thrown away when it arrives too late', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const seen: string[] = [];
    const release = server.hold('consent.list');
    const rendered = page.render(makeView(seen));
    await expect.poll(() => server.countOf('consent.list')).toBe(1);
    await signIn(page, 'ben');
    await expect.poll(() => server.countOf('consent.list')).toBe(2);
    release();
    await rendered.shows('consents', 'ben: a consent of ben');
    await rendered.shows('bystander', 'a consent of ben');
    expect(seen.filter((shown) => shown.includes('of asha'))).toEqual([]);
  });

  test('does not come back to a loader that waits for it', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const release = server.hold('consent.list');
    const loading = page.queryClient.fetchQuery(consentsOf(page));
    await expect.poll(() => server.countOf('consent.list')).toBe(1);
    const ended = expect(loading).rejects.toThrow('CancelledError');
    await signIn(page, 'ben');
    release();
    await ended;
    expect(page.queryClient.getQueryData(consentsOf(page).queryKey)).toBeUndefined();
  });

  test('is no placeholder for what the next waits for', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const seen: string[] = [];
    const Paged = () => {
      const [limit, setLimit] = useState(1);
      const options = useTruConn().consent.list.queryOptions(
        { limit },
        { placeholderData: keepPreviousData },
      );
      const { data } = useQuery(options);
      const shown = `${useSession().user?.id}: ${data?.items[0]?.name}`;
      seen.push(shown);
      return (
        <button id="paged" type="button" onClick={() => setLimit(limit + 1)}>
          {shown}
        </button>
      );
    };
    const rendered = page.render(<Paged />);
    await rendered.shows('paged', 'asha: a consent of asha');
    const release = server.hold('consent.list');
    document.getElementById('paged')?.click();
    await expect.poll(() => server.countOf('consent.list')).toBe(2);
    await signIn(page, 'ben');
    await rendered.shows('paged', 'ben: undefined');
    release();
    await rendered.shows('paged', 'ben: a consent of ben');
    expect(seen).not.toContain('ben: a consent of asha');
  });

  test('is gone when another tab has signed somebody else in', async () => {
    await using server = await startPeopleServer();
    const storage = holdStorage();
    using page = openPage(server, { storage });
    using tab = openPage(server, { storage });
    await signIn(page, 'asha');
    const rendered = page.render(makeView());
    await rendered.shows('consents', 'asha: a consent of asha');
    await signIn(tab, 'ben');
    await rendered.shows('consents', 'ben: a consent of ben');
  });

  test('is not sent as the next where it waited for the network', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const Grant = () => {
      const grant = useMutation(useTruConn().consent.grant.mutationOptions());
      return (
        <button id="grant" type="button" onClick={() => grant.mutate({ categoryId: 1 })}>
          {String(grant.isPaused)}
        </button>
      );
    };
    const rendered = page.render([<Grant key="grant" />, ...makeView()]);
    await rendered.shows('consents', 'asha: a consent of asha');
    onlineManager.setOnline(false);
    document.getElementById('grant')?.click();
    await rendered.shows('grant', 'true');
    await signIn(page, 'ben');
    onlineManager.setOnline(true);
    await rendered.shows('consents', 'ben: a consent of ben');
    await page.queryClient.resumePausedMutations();
    expect(server.countOf('consent.grant')).toBe(0);
  });

  test('is gone with the password that they signed in with', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    const SignIn = () => {
      const signIn = useMutation(useTruConn().auth.signIn.mutationOptions());
      return (
        <button
          id="sign-in"
          type="button"
          onClick={() => signIn.mutate({ identifier: 'asha', password: 'a long passphrase' })}
        >
          {useSession().user?.id}
        </button>
      );
    };
    const rendered = page.render(<SignIn />);
    await rendered.shows('sign-in', '');
    document.getElementById('sign-in')?.click();
    await rendered.shows('sign-in', 'asha');
    await page.truconn.auth.signOut();
    expect(page.queryClient.getMutationCache().getAll()).toEqual([]);
  });

  test('does not pass to a client that takes the place of theirs', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    await page.queryClient.prefetchQuery(consentsOf(page));
    using other = openPage(server);
    createTruConnQuery({ truconn: other.truconn, queryClient: page.queryClient });
    expect(page.queryClient.getQueryData(consentsOf(page).queryKey)).toBeUndefined();
  });
});
