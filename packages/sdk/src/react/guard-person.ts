import type { QueryClient } from '@tanstack/react-query';
import type { TruConn } from '../create-truconn.ts';
import type { SessionState } from '../session/session-state.ts';
import { forgetEverything } from './forget.ts';
import { watchPerson } from './person.ts';
import type { TruConnQuery } from './truconn-query.ts';

/**
 * Keeps what a query client holds to whoever is signed in, and `auth.me` to what the client knows about them.
 * @returns a function that ends it
 */
export function guardPerson(truconn: TruConn, queryClient: QueryClient, api: TruConnQuery): () => void {
  const { session } = truconn;
  const key = api.auth.me.queryKey();
  const remember = (state: SessionState) => {
    if (state.status !== 'signed-in') return;
    const rendered = queryClient.getQueryData(key);
    // The page was rendered for somebody who is not the one that the server now says.
    if (rendered !== undefined && rendered.user.id !== state.user.id) forgetEverything(queryClient);
    queryClient.setQueryData(key, { user: state.user, session: state.session });
  };
  remember(session.state);
  // A server has a client for each request and nobody who follows; it would keep each of them for ever.
  if (typeof window === 'undefined') return () => undefined;
  const leavePerson = watchPerson(session, (_, before) => {
    // Who was nobody from the start has requests on their way which are nobody else's.
    if (before.status === 'unknown') forgetEverything(queryClient, ({ state }) => state.data !== undefined);
    else forgetEverything(queryClient);
  });
  const leaveSession = session.subscribe(() => remember(session.state));
  return () => {
    leavePerson();
    leaveSession();
  };
}
