import type { SkipToken } from '@tanstack/react-query';
import type { TRPCConnectionState } from '@trpc/client/unstable-internals';
import type { TruConnError } from '../errors.ts';
import type { TruConnQueryKey } from './query-types.ts';

/** What a component hears from a stream of events. */
export interface SubscriptionListeners<Event> {
  /** The stream is connected; again after each reconnection. */
  onStarted?: () => void;
  onData?: (event: Event) => void;
  /** The server refuses the stream, or it cannot be reached; it has ended. */
  onError?: (error: TruConnError) => void;
  onConnectionStateChange?: (state: TRPCConnectionState<TruConnError>) => void;
}

/** What `useSubscription` takes. */
export interface SubscriptionOptions<Event> extends SubscriptionListeners<Event> {
  enabled: boolean;
  queryKey: TruConnQueryKey;
  trpc: { path: string };
  subscribe(listeners: SubscriptionListeners<Event>): { unsubscribe(): void };
}

/** A stream's options. */
export interface SubscriptionProcedure<Input, Event> {
  /** For `useSubscription`. */
  subscriptionOptions(
    input: Input | SkipToken,
    options?: SubscriptionListeners<Event> & { enabled?: boolean },
  ): SubscriptionOptions<Event>;
}
