import { notifyManager, type Query, type QueryClient } from '@tanstack/react-query';

/** Begins the key of everything of TruConn in a query client. */
export const KEY_PREFIX = 'truconn';
const OURS = [[KEY_PREFIX]];

/**
 * Takes out of a query client what was fetched for somebody: data, errors, answers on their way, and mutations that
 * wait for the network, which would else be sent as whoever signs in next. What is on the screen is emptied at once,
 * and asked for again if it is still there after React has rendered the change.
 * @param which the queries to take; all unless told
 */
export function forgetEverything(
  queryClient: QueryClient,
  which: (query: Query) => boolean = () => true,
): void {
  notifyManager.batch(() => {
    const queries = queryClient.getQueryCache();
    for (const query of queries.findAll({ queryKey: OURS, predicate: which })) {
      empty(query);
      if (query.getObserversCount() === 0) queries.remove(query);
    }
    const mutations = queryClient.getMutationCache();
    for (const mutation of mutations.findAll({ mutationKey: OURS })) {
      if (mutation.state.status !== 'pending' || mutation.state.isPaused) mutations.remove(mutation);
    }
  });
  askAgain(queryClient);
}

function empty(query: Query): void {
  // An observer that shows earlier data in place of what is on its way goes on to show it while the query stays
  // pending; an error between makes it let go.
  query.setState({ data: undefined, status: 'error' });
  query.reset();
}

function askAgain(queryClient: QueryClient): void {
  const emptied = ({ state }: Query) => state.status === 'pending' && state.fetchStatus === 'idle';
  // TanStack tells React in a timer of its own; the second timer runs after all of those.
  const refetch = () => queryClient.refetchQueries({ queryKey: OURS, type: 'active', predicate: emptied });
  setTimeout(() => setTimeout(refetch));
}
