import { useSubscription as useTrpcSubscription } from '@trpc/tanstack-react-query';
import type { WatchEvent } from '../api/calls.ts';
import type { SubscriptionOptions, SubscriptionResult } from './subscription-types.ts';

/**
 * Follows a stream of events for as long as the component is there: through broken connections, after the last event
 * that was seen, and from one person's stream to the next's. `data` is the last event, and gone with the session.
 * @example
 * import { useQueryClient } from '@tanstack/react-query';
 * import { useSubscription, useTruConn } from '@truconn/sdk/react';
 *
 * export function LiveConsents() {
 *   const api = useTruConn();
 *   const queryClient = useQueryClient();
 *   const { status } = useSubscription(
 *     api.consent.watch.subscriptionOptions(undefined, {
 *       onData: () => queryClient.invalidateQueries(api.consent.pathFilter()),
 *     }),
 *   );
 *   return <p>{status === 'pending' ? 'live' : 'connecting'}</p>;
 * }
 */
export function useSubscription<Data>(
  options: SubscriptionOptions<WatchEvent<Data>>,
): SubscriptionResult<WatchEvent<Data>> {
  return useTrpcSubscription(options);
}
