// @vitest-environment jsdom
import { useQuery } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import { createTruConnQuery, useSession, useTruConn } from '../../src/react/index.ts';
import { consentsOf, makeView, signIn } from './support/consents.tsx';
import { startPeopleServer } from './support/people-server.ts';
import { openPage } from './support/render.tsx';

describe('what is not theirs alone stays', () => {
  test('what other libraries have in the query client', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    createTruConnQuery(page);
    page.queryClient.setQueryData(['weather'], 'sun');
    await page.truconn.auth.signOut();
    expect(page.queryClient.getQueryData(['weather'])).toBe('sun');
  });

  test('what a visitor waits for when it turns out that nobody is signed in', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server, { credential: 'cookie' });
    const release = server.hold('consent.categories');
    const Visitor = () => {
      // With a header of its own it travels alone, and `auth.me` does not wait for it.
      const context = { headers: { 'x-visitor': 'yes' } };
      const { data } = useQuery(
        useTruConn().consent.categories.queryOptions(undefined, { trpc: { context } }),
      );
      return <p id="visitor">{`${useSession().status}: ${data?.items[0]?.name}`}</p>;
    };
    const rendered = page.render(<Visitor />);
    await rendered.shows('visitor', 'signed-out: undefined');
    release();
    await rendered.shows('visitor', 'signed-out: Contact');
    expect(server.countOf('consent.categories')).toBe(1);
    expect(server.countOf('auth.me')).toBe(1);
  });

  test('what the same person sees when they sign in once more', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const rendered = page.render(makeView());
    await rendered.shows('consents', 'asha: a consent of asha');
    await signIn(page, 'asha');
    expect(page.queryClient.getQueryData(consentsOf(page).queryKey)).toBeDefined();
    expect(server.countOf('consent.list')).toBe(1);
  });
});
