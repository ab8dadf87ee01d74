import type { QueryClient } from '@tanstack/react-query';
import { createTRPCClientProxy } from '@trpc/client';
import { createTRPCRecursiveProxy } from '@trpc/server';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { Page } from '../api/calls.ts';
import type { AppRouter } from '../app-router.ts';
import type { TruConn } from '../create-truconn.ts';
import { TruConnCaller } from './call-truconn.ts';
import { forgetEverything, KEY_PREFIX } from './forget.ts';
import { guardPerson } from './guard-person.ts';
import type { TruConnQuery } from './truconn-query.ts';

/** What `createTruConnQuery` and `<TruConnProvider>` put together. */
export interface TruConnQueryInit {
  truconn: TruConn;
  queryClient: QueryClient;
}

interface Made {
  truconn: TruConn;
  api: TruConnQuery;
  stop: () => void;
}

const made = new WeakMap<QueryClient, Made>();

/**
 * The options of every procedure, for use outside of components: in the loaders of a router, or to prefetch on a
 * server. The same two clients always give the same object, which is also what `useTruConn()` answers.
 *
 * From then on what was fetched for one person is gone from the query client before anything is rendered for
 * the next. A query client serves one TruConn client: another one takes its place, and finds nothing of the first.
 * @example
 * import { QueryClient } from '@tanstack/react-query';
 * import { createTruConn } from '@truconn/sdk';
 * import { createTruConnQuery } from '@truconn/sdk/react';
 *
 * const truconn = createTruConn({ baseUrl: 'https://truconn.example' });
 * const queryClient = new QueryClient();
 * const api = createTruConnQuery({ truconn, queryClient });
 *
 * export const loader = () => queryClient.ensureQueryData(api.consent.list.queryOptions());
 */
export function createTruConnQuery({ truconn, queryClient }: TruConnQueryInit): TruConnQuery {
  const earlier = made.get(queryClient);
  if (earlier?.truconn === truconn) return earlier.api;
  if (earlier !== undefined) {
    earlier.stop();
    forgetEverything(queryClient);
  }
  const api = makeOptions(truconn, queryClient);
  made.set(queryClient, { truconn, api, stop: guardPerson(truconn, queryClient, api) });
  return api;
}

function makeOptions(truconn: TruConn, queryClient: QueryClient): TruConnQuery {
  const proxy = createTRPCOptionsProxy<AppRouter, { keyPrefix: true }>({
    // As a proxy, and not as it is: tRPC's client may be installed twice, and each copy knows its own class alone.
    client: createTRPCClientProxy<AppRouter>(new TruConnCaller(truconn)),
    queryClient,
    keyPrefix: KEY_PREFIX,
  });
  // The types of `TruConnQuery` and of tRPC's proxy differ in the error, which the caller sees to, and in what is
  // optional, which the defaults see to.
  return createTRPCRecursiveProxy<TruConnQuery>(({ path, args }) => {
    const make = path.reduce((node, name) => (node as never)[name], proxy as unknown) as Make;
    const defaults = DEFAULTS[path.at(-1) ?? ''];
    return defaults === undefined ? make(...args) : { ...defaults, ...make(...args) };
  });
}

type Make = (...args: readonly unknown[]) => object;

// The client retries by itself what is safe to repeat.
const retry = false;
const DEFAULTS: Record<string, object> = {
  queryOptions: { retry },
  infiniteQueryOptions: { retry, getNextPageParam: ({ nextCursor }: Page<unknown>) => nextCursor },
};
