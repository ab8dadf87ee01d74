import type { SkipToken } from '@tanstack/react-query';
import type { TruConnError } from '../errors.ts';
import type { TruConnQueryKey } from './query-types.ts';

/** What a component hears from a stream of events. */
export interface SubscriptionListeners<Event> {
  /** The stream is connected; again after each reconnection. */
  onStarted?: () => void;
  onData?: (event: Event) => void;
  /** The server refuses the stream, or it cannot be reached; it has ended. */
  onError?: (error: TruConnError) => void;
  onConnectionStateChange?: (state: SubscriptionConnection) => void;
}

/** How a stream's connection stands; the `error` is why it has to connect again. */
export type SubscriptionConnection =
  | { type: 'state'; state: 'idle' | 'pending'; error: null }
  | { type: 'state'; state: 'connecting'; error: TruConnError | null };

/** What `useSubscription` answers: the last event, and whether more can come. `pending` is connected. */
export type SubscriptionResult<Event> = { reset: () => void } & (
  | { status: 'idle'; data: undefined; error: null }
  | { status: 'connecting'; data: Event | undefined; error: TruConnError | null }
  | { status: 'pending'; data: Event | undefined; error: null }
  | { status: 'error'; data: Event | undefined; error: TruConnError }
);

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
