import { notifyManager, useQuery } from '@tanstack/react-query';
import type { Me, Session, User } from '@truconn/contract';
import * as React from 'react';
import type { TruConnError } from '../errors.ts';
import type { SessionState, SignOutReason } from '../session/session-state.ts';
import { useTruConnContext } from './provider.tsx';

/**
 * How the session stands, for a component. `loading` until storage or the server has answered; with an `error` when
 * the server could not be asked, which is tried again when the network or the window comes back.
 */
export type UseSessionResult =
  | { status: 'loading'; user: null; session: null; reason: null; error: TruConnError | null }
  | { status: 'signed-in'; user: User; session: Session; reason: null; error: null }
  | { status: 'signed-out'; user: null; session: null; reason: SignOutReason | null; error: null };

const UNKNOWN: SessionState = { status: 'unknown' };

/**
 * Who is signed in, as it changes. Asks the server once (`auth.me`), however many components use it, and not at all
 * where the answer was prefetched or somebody has just signed in. On a server, and while the page takes over what a
 * server rendered, it is `loading` unless `auth.me` was prefetched.
 * @throws Error outside of a `<TruConnProvider>`
 * @example
 * import { useSession } from '@truconn/sdk/react';
 *
 * export function Greeting() {
 *   const { status, user, reason } = useSession();
 *   if (status === 'loading') return <p>One moment …</p>;
 *   if (status === 'signed-out') return <p>{reason === 'SESSION_EXPIRED' ? 'Your session has ended.' : 'Hello.'}</p>;
 *   return <p>Hello {user.firstName}.</p>;
 * }
 */
export function useSession(): UseSessionResult {
  const { truconn, queryClient, api } = useTruConnContext();
  const { session } = truconn;
  const state = React.useSyncExternalStore(
    React.useCallback(
      // After what TanStack has to say: no component shows the next person while another still shows the last.
      (onChange: () => void) => session.subscribe(notifyManager.batchCalls(onChange)),
      [session],
    ),
    () => session.state,
    () => UNKNOWN,
  );
  const isOpen = state.status === 'unknown' || state.status === 'found';
  const me = useQuery(
    api.auth.me.queryOptions(undefined, {
      enabled: state.status !== 'signed-out',
      staleTime: isOpen ? 0 : Number.POSITIVE_INFINITY,
    }),
    queryClient,
  );
  return React.useMemo(() => toResult(state, me.data, me.error), [state, me.data, me.error]);
}

function toResult(state: SessionState, me: Me | undefined, error: TruConnError | null): UseSessionResult {
  if (state.status === 'signed-out') {
    return { status: 'signed-out', user: null, session: null, reason: state.reason, error: null };
  }
  const known = state.status === 'signed-in' ? state : me;
  if (known === undefined) return { status: 'loading', user: null, session: null, reason: null, error };
  return { status: 'signed-in', user: known.user, session: known.session, reason: null, error: null };
}
