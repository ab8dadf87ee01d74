// @vitest-environment jsdom
import {
  type DehydratedState,
  dehydrate,
  HydrationBoundary,
  QueryClient,
  useQuery,
} from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { createTruConn } from '../../src/index.ts';
import { createTruConnQuery, TruConnProvider, useSession, useTruConn } from '../../src/react/index.ts';
import { type PeopleServer, startPeopleServer } from './support/people-server.ts';
import { mount } from './support/render.tsx';

function Home() {
  const { status, user } = useSession();
  const { data } = useQuery(useTruConn().consent.list.queryOptions(undefined, { staleTime: 60_000 }));
  return <p id="home">{[status, user?.id, data?.items[0]?.name].filter(Boolean).join(', ')}</p>;
}

/** A page that was rendered for Asha, prefetched or not. */
async function renderForAsha(server: PeopleServer, prefetch: boolean) {
  const truconn = createTruConn({
    baseUrl: server.url,
    credential: 'cookie',
    headers: { cookie: 'truconn=asha' },
  });
  const queryClient = new QueryClient();
  const api = createTruConnQuery({ truconn, queryClient });
  if (prefetch) {
    await queryClient.prefetchQuery(api.auth.me.queryOptions());
    await queryClient.prefetchQuery(api.consent.list.queryOptions());
  }
  const html = renderToString(
    <TruConnProvider truconn={truconn} queryClient={queryClient}>
      <Home />
    </TruConnProvider>,
  );
  truconn.close();
  server.requests.length = 0;
  return { html, state: JSON.parse(JSON.stringify(dehydrate(queryClient))) };
}

function open(
  server: PeopleServer,
  { html, state }: { html: string; state: DehydratedState },
  cookie: string,
) {
  const truconn = createTruConn({ baseUrl: server.url, credential: 'cookie', headers: { cookie } });
  const queryClient = new QueryClient();
  const page = (
    <TruConnProvider truconn={truconn} queryClient={queryClient}>
      <HydrationBoundary state={state}>
        <Home />
      </HydrationBoundary>
    </TruConnProvider>
  );
  const rendered = mount(page, html);
  return {
    ...rendered,
    [Symbol.dispose]() {
      rendered.unmount();
      truconn.close();
    },
  };
}

describe('a page that a server has rendered', () => {
  test('is taken over as it is, and asks only whether the session still stands', async () => {
    await using server = await startPeopleServer();
    const sent = await renderForAsha(server, true);
    expect(sent.html).toContain('signed-in, asha, a consent of asha');
    using page = open(server, sent, 'truconn=asha');
    expect(page.text('home')).toBe('signed-in, asha, a consent of asha');
    await expect.poll(() => server.countOf('auth.me')).toBe(1);
    await page.shows('home', 'signed-in, asha, a consent of asha');
    expect(server.countOf('consent.list')).toBe(0);
  });

  test('without prefetching begins as loading, and loads', async () => {
    await using server = await startPeopleServer();
    const sent = await renderForAsha(server, false);
    using page = open(server, sent, 'truconn=asha');
    expect(page.text('home')).toBe('loading');
    await page.shows('home', 'signed-in, asha, a consent of asha');
  });

  test('for somebody whose session has ended since shows nothing of theirs', async () => {
    await using server = await startPeopleServer();
    const sent = await renderForAsha(server, true);
    using page = open(server, sent, 'truconn=nobody');
    await page.shows('home', 'signed-out');
  });

  test('for somebody who is another by now shows what is the other one’s', async () => {
    await using server = await startPeopleServer();
    const sent = await renderForAsha(server, true);
    server.people.add('truconn=ben', 'ben');
    using page = open(server, sent, 'truconn=ben');
    await page.shows('home', 'signed-in, ben, a consent of ben');
  });
});
