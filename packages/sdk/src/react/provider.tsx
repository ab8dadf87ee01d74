import { type QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import * as React from 'react';
import type { TruConn } from '../create-truconn.ts';
import { createTruConnQuery } from './create-truconn-query.ts';
import type { TruConnQuery } from './truconn-query.ts';

/** What the components below a `<TruConnProvider>` work with. */
export interface TruConnContextValue {
  truconn: TruConn;
  queryClient: QueryClient;
  api: TruConnQuery;
}

/** What `<TruConnProvider>` takes. */
export interface TruConnProviderProps {
  /** In a browser one for the whole page; on a server one for each request. */
  truconn: TruConn;
  /** Given, no `<QueryClientProvider>` is needed; else the one around it has the query client. */
  queryClient?: QueryClient | undefined;
  children?: React.ReactNode;
}

// Made when it is first needed: server components can import this package, but have no `createContext`.
let context: React.Context<TruConnContextValue | null> | undefined;
const getContext = () => {
  context ??= React.createContext<TruConnContextValue | null>(null);
  return context;
};

/**
 * Gives a TruConn client to the components below it.
 * @example
 * import { QueryClient } from '@tanstack/react-query';
 * import { createTruConn } from '@truconn/sdk';
 * import { TruConnProvider } from '@truconn/sdk/react';
 *
 * const truconn = createTruConn({ baseUrl: 'https://truconn.example' });
 * const queryClient = new QueryClient();
 *
 * export const App = () => (
 *   <TruConnProvider truconn={truconn} queryClient={queryClient}>
 *     <p>Your pages</p>
 *   </TruConnProvider>
 * );
 */
export function TruConnProvider(props: TruConnProviderProps): React.ReactElement {
  const { truconn, queryClient: given, children } = props;
  const queryClient = useQueryClient(given);
  const value = React.useMemo(
    () => ({ truconn, queryClient, api: createTruConnQuery({ truconn, queryClient }) }),
    [truconn, queryClient],
  );
  const { Provider } = getContext();
  const inner = <Provider value={value}>{children}</Provider>;
  return given === undefined ? inner : <QueryClientProvider client={given}>{inner}</QueryClientProvider>;
}

/** @throws Error outside of a `<TruConnProvider>` */
export function useTruConnContext(): TruConnContextValue {
  const value = React.useContext(getContext());
  if (value === null) throw new Error('There is no <TruConnProvider> around this component.');
  return value;
}

/**
 * The options of every procedure, for TanStack Query's hooks.
 * @throws Error outside of a `<TruConnProvider>`
 * @example
 * import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
 * import { useTruConn } from '@truconn/sdk/react';
 *
 * export function Consents() {
 *   const api = useTruConn();
 *   const queryClient = useQueryClient();
 *   const consents = useQuery(api.consent.list.queryOptions());
 *   const grant = useMutation(
 *     api.consent.grant.mutationOptions({
 *       onSuccess: () => queryClient.invalidateQueries(api.consent.pathFilter()),
 *     }),
 *   );
 *   if (consents.error !== null) return <p>{consents.error.code}</p>;
 *   return consents.data?.items.map(({ categoryId, name }) => (
 *     <button key={categoryId} type="button" onClick={() => grant.mutate({ categoryId })}>
 *       {name}
 *     </button>
 *   ));
 * }
 */
export function useTruConn(): TruConnQuery {
  return useTruConnContext().api;
}
