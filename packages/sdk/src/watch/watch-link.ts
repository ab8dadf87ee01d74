import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { WatchInput } from '../api/calls.ts';
import type { AppRouter } from '../app-router.ts';
import type { CallContext } from '../calls/call-context.ts';
import type { WatchDeps } from './one-connection.ts';
import { watchEvents } from './watch-events.ts';

/** Subscriptions for what works with tRPC's links, such as its React hooks. */
export function watchLink(deps: WatchDeps): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const left = new AbortController();
        const { options } = op.context as CallContext;
        const events = watchEvents(deps, op.path, op.input as WatchInput | undefined, {
          ...options,
          signal: op.signal ? AbortSignal.any([op.signal, left.signal]) : left.signal,
          onStateChange: (state) =>
            observer.next({
              result:
                state.status === 'connected'
                  ? { type: 'state', state: 'pending', error: null }
                  : { type: 'state', state: 'connecting', error: state.error },
            } as never),
        });
        const read = async () => {
          for await (const event of events) observer.next({ result: { type: 'data', data: event } });
          observer.complete();
        };
        observer.next({ result: { type: 'started' } });
        read().catch((error) => observer.error(error));
        return () => left.abort();
      });
}
