import { dehydrate, QueryClient, useQuery } from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { createTruConn } from '../../src/index.ts';
import {
  createTruConnQuery,
  TruConnProvider,
  useSession,
  useSubscription,
  useTruConn,
} from '../../src/react/index.ts';
import { type PeopleServer, startPeopleServer } from './support/people-server.ts';

function Page() {
  const { status, user } = useSession();
  const api = useTruConn();
  const { data } = useQuery(api.consent.list.queryOptions());
  const live = useSubscription(api.consent.watch.subscriptionOptions());
  return <p>{[status, user?.id, data?.items[0]?.name, live.status].filter(Boolean).join(', ')}</p>;
}

/** As a server does for each request: clients of its own, with what the visitor sent. */
function openRequest(server: PeopleServer, cookie: string) {
  const truconn = createTruConn({ baseUrl: server.url, credential: 'cookie', headers: { cookie } });
  const queryClient = new QueryClient();
  const api = createTruConnQuery({ truconn, queryClient });
  const page = (
    <TruConnProvider truconn={truconn} queryClient={queryClient}>
      <Page />
    </TruConnProvider>
  );
  return { api, queryClient, page };
}

describe('on a server', () => {
  test('there is no window', () => expect(typeof window).toBe('undefined'));

  test('a page renders without asking anybody', async () => {
    await using server = await startPeopleServer();
    const { page } = openRequest(server, 'truconn=asha');
    expect(renderToString(page)).toBe('<p>loading, connecting</p>');
    expect(server.requests).toEqual([]);
  });

  test('what was prefetched is in the page', async () => {
    await using server = await startPeopleServer();
    const { page, api, queryClient } = openRequest(server, 'truconn=asha');
    await queryClient.prefetchQuery(api.auth.me.queryOptions());
    await queryClient.prefetchQuery(api.consent.list.queryOptions());
    expect(renderToString(page)).toBe('<p>signed-in, asha, a consent of asha, connecting</p>');
    const sent = JSON.parse(JSON.stringify(dehydrate(queryClient)));
    expect(sent.queries.map(({ queryKey }: { queryKey: unknown[] }) => queryKey[1])).toEqual([
      ['auth', 'me'],
      ['consent', 'list'],
    ]);
  });

  test('an error of what was prefetched is not in the page, and does not break it', async () => {
    await using server = await startPeopleServer();
    const { page, api, queryClient } = openRequest(server, 'truconn=nobody');
    await queryClient.prefetchQuery(api.consent.list.queryOptions());
    expect(renderToString(page)).toBe('<p>loading, connecting</p>');
    expect(dehydrate(queryClient).queries).toEqual([]);
  });

  test('a client that many requests share keeps none of them', async () => {
    const truconn = createTruConn({ baseUrl: 'http://127.0.0.1:9' });
    let listeners = 0;
    const { subscribe } = truconn.session;
    const session = Object.assign(Object.create(truconn.session), {
      subscribe: (listener: () => void) => {
        listeners += 1;
        return subscribe.call(truconn.session, listener);
      },
    });
    createTruConnQuery({ truconn: { ...truconn, session }, queryClient: new QueryClient() });
    expect(listeners).toBe(0);
  });
});
