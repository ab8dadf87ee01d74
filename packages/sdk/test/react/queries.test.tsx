// @vitest-environment jsdom
import {
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import { createTruConn, isTruConnError } from '../../src/index.ts';
import { createTruConnQuery, TruConnProvider, useTruConn } from '../../src/react/index.ts';
import { Refusal } from '../support/scripted-server.ts';
import { startPeopleServer } from './support/people-server.ts';
import { mount, openPage } from './support/render.tsx';

function Consents() {
  const { data, error } = useQuery(useTruConn().consent.list.queryOptions());
  return <p id="consents">{error?.code ?? data?.items.map(({ name }) => name).join()}</p>;
}

function Grant({ categoryId }: { categoryId: number }) {
  const api = useTruConn();
  const queryClient = useQueryClient();
  const grant = useMutation(
    api.consent.grant.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(api.consent.pathFilter()),
      trpc: { context: { idempotencyKey: 'key-of-this-test' } },
    }),
  );
  return (
    <button id="grant" type="button" onClick={() => grant.mutate({ categoryId })}>
      {grant.error?.fields?.categoryId ?? grant.data?.name}
    </button>
  );
}

describe('queries', () => {
  test('show what the server answers', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn({ identifier: 'asha', password: 'a long passphrase' });
    await page.render(<Consents />).shows('consents', 'a consent of asha');
  });

  test('fail with a TruConnError, and are not asked again on top of the retries of the client', async () => {
    await using server = await startPeopleServer();
    server.refuse('consent.list', new Refusal('OVERLOADED', 503));
    using page = openPage(server, { retries: 1 });
    await page.render(<Consents />).shows('consents', 'OVERLOADED');
    const { queryKey } = createTruConnQuery(page).consent.list.queryOptions();
    expect(isTruConnError(page.queryClient.getQueryState(queryKey)?.error, 'OVERLOADED')).toBe(true);
    expect(server.countOf('consent.list')).toBe(2);
  });

  test('are given up when nothing shows them any more, where that is wanted', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    const held = server.hold('consent.list');
    const Impatient = () => {
      const options = useTruConn().consent.list.queryOptions(undefined, { trpc: { abortOnUnmount: true } });
      return <p id="consents">{useQuery(options).status}</p>;
    };
    const rendered = page.render(<Impatient />);
    await expect.poll(() => server.countOf('consent.list')).toBe(1);
    rendered.unmount();
    await expect.poll(() => server.requests[0]?.wasLeft).toBe(true);
    held();
  });

  test('hand what the call takes besides its input to the client', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    server.hold('consent.list');
    const api = createTruConnQuery(page);
    const options = api.consent.list.queryOptions({ limit: 3 }, { trpc: { context: { timeoutMs: 30 } } });
    await expect(page.queryClient.fetchQuery(options)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(server.requests[0]?.inputs).toEqual([{ limit: 3 }]);
  });
});

describe('mutations', () => {
  test('are sent with their idempotency key, and what they change is asked for again', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn({ identifier: 'asha', password: 'a long passphrase' });
    const rendered = page.render([<Consents key="consents" />, <Grant key="grant" categoryId={1} />]);
    await rendered.shows('consents', 'a consent of asha');
    document.getElementById('grant')?.click();
    await rendered.shows('grant', 'granted by asha');
    await expect.poll(() => server.countOf('consent.list')).toBe(2);
    const sent = server.requests.find(({ paths }) => paths[0] === 'consent.grant');
    expect(sent?.headers['idempotency-key']).toBe('key-of-this-test');
    expect(sent?.inputs).toEqual([{ categoryId: 1 }]);
  });

  test('fail with a TruConnError, fields included', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn({ identifier: 'asha', password: 'a long passphrase' });
    const rendered = page.render(<Grant categoryId={99} />);
    await rendered.shows('grant', '');
    document.getElementById('grant')?.click();
    await rendered.shows('grant', 'No such category.');
  });
});

describe('infinite lists', () => {
  function Ledger() {
    const ledger = useInfiniteQuery(useTruConn().consent.ledger.infiniteQueryOptions({ limit: 2 }));
    return (
      <button id="ledger" type="button" onClick={() => ledger.fetchNextPage()}>
        {ledger.data?.pages.flatMap(({ items }) => items.map(({ seq }) => seq)).join()}
        {ledger.hasNextPage ? ' and more' : ''}
      </button>
    );
  }

  test('go from page to page to the last, and send the server nothing but input it knows', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn({ identifier: 'asha', password: 'a long passphrase' });
    const rendered = page.render(<Ledger />);
    await rendered.shows('ledger', '1,2 and more');
    document.getElementById('ledger')?.click();
    await rendered.shows('ledger', '1,2,3,4 and more');
    document.getElementById('ledger')?.click();
    await rendered.shows('ledger', '1,2,3,4,5');
    const inputs = server.requests
      .filter(({ paths }) => paths[0] === 'consent.ledger')
      .map(({ inputs }) => inputs[0]);
    expect(inputs).toEqual([{ limit: 2 }, { limit: 2, cursor: '2' }, { limit: 2, cursor: '4' }]);
  });
});

describe('<TruConnProvider>', () => {
  test('takes the query client that is around it, when it is given none', async () => {
    await using server = await startPeopleServer();
    const truconn = createTruConn({ baseUrl: server.url, credential: 'bearer' });
    await truconn.auth.signIn({ identifier: 'asha', password: 'a long passphrase' });
    const queryClient = new QueryClient();
    using rendered = mount(
      <QueryClientProvider client={queryClient}>
        <TruConnProvider truconn={truconn}>
          <Consents />
        </TruConnProvider>
      </QueryClientProvider>,
    );
    await rendered.shows('consents', 'a consent of asha');
    const api = createTruConnQuery({ truconn, queryClient });
    expect(queryClient.getQueryData(api.consent.list.queryKey())?.items).toHaveLength(1);
    truconn.close();
  });

  test('gives components the options that loaders have', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn({ identifier: 'asha', password: 'a long passphrase' });
    const api = createTruConnQuery(page);
    await page.queryClient.ensureQueryData(api.consent.list.queryOptions(undefined, { staleTime: 60_000 }));
    const seen: unknown[] = [];
    const Reader = () => {
      seen.push(useTruConn());
      return <Consents />;
    };
    await page.render(<Reader />).shows('consents', 'a consent of asha');
    expect(new Set(seen)).toEqual(new Set([api]));
  });

  test('is asked for by its name where it is missing', async () => {
    const seen: string[] = [];
    const Orphan = () => {
      try {
        useTruConn();
      } catch (error) {
        seen.push(String(error));
      }
      return null;
    };
    using _rendered = mount(<Orphan />);
    await expect.poll(() => seen[0]).toMatch('<TruConnProvider>');
  });
});
