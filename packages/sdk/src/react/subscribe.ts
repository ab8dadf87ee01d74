import type { WatchEvent, WatchInput, WatchOptions, WatchState } from '../api/calls.ts';
import type { TruConnError } from '../errors.ts';
import type { SessionHandle } from '../session/session-state.ts';
import { watchPerson } from './person.ts';
import type { SubscriptionListeners } from './subscription-types.ts';

type Watch = (input: WatchInput | undefined, options: WatchOptions) => AsyncIterable<WatchEvent<unknown>>;

/**
 * Hands a stream's events to a component. Where the session ends, its last event is taken back; for whoever signs in
 * next, their own stream begins with what happens from then on.
 */
export function subscribe(
  session: SessionHandle,
  watch: Watch,
  input: WatchInput | undefined,
  listeners: SubscriptionListeners<unknown>,
): { unsubscribe(): void } {
  let current = new AbortController();
  const begin = (from: WatchInput | undefined) => {
    current = new AbortController();
    void read(watch, from, current.signal, listeners);
  };
  const leave = watchPerson(session, ({ status }) => {
    current.abort();
    listeners.onConnectionStateChange?.({ type: 'state', state: 'idle', error: null });
    if (status !== 'signed-out') begin(undefined);
  });
  begin(input);
  return {
    unsubscribe: () => {
      leave();
      current.abort();
    },
  };
}

/** Reads to the end; says nothing more once the signal has been aborted. */
async function read(
  watch: Watch,
  input: WatchInput | undefined,
  signal: AbortSignal,
  listeners: SubscriptionListeners<unknown>,
): Promise<void> {
  const onStateChange = (state: WatchState) => {
    if (!signal.aborted) tell(listeners, state);
  };
  onStateChange({ status: 'connecting', error: null });
  try {
    for await (const event of watch(input, { signal, onStateChange })) {
      if (signal.aborted) return;
      listeners.onData?.(event);
    }
  } catch (error) {
    // A stream throws nothing else.
    if (!signal.aborted) listeners.onError?.(error as TruConnError);
  }
}

function tell(listeners: SubscriptionListeners<unknown>, state: WatchState): void {
  if (state.status === 'connecting') {
    listeners.onConnectionStateChange?.({ type: 'state', state: 'connecting', error: state.error });
  } else {
    listeners.onConnectionStateChange?.({ type: 'state', state: 'pending', error: null });
    // `useSubscription` takes this one for connected.
    listeners.onStarted?.();
  }
}
