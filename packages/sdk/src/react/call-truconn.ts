import { TRPCUntypedClient } from '@trpc/client';
import type { AppRouter } from '../app-router.ts';
import type { TruConn } from '../create-truconn.ts';
import { subscribe } from './subscribe.ts';
import type { SubscriptionListeners } from './subscription-types.ts';

type Call = (input: unknown, options: object) => unknown;

interface CallOptions {
  context?: object;
  signal?: AbortSignal | null;
}

/** A client of tRPC's that sends nothing itself: it calls a TruConn client's procedures, and rejects as they do. */
export class TruConnCaller extends TRPCUntypedClient<AppRouter> {
  readonly #truconn: TruConn;

  constructor(truconn: TruConn) {
    super({ links: [] });
    this.#truconn = truconn;
  }

  override async query(path: string, input?: unknown, options?: CallOptions): Promise<unknown> {
    return this.#find(path)(withoutDirection(input), toCallOptions(options));
  }

  override async mutation(path: string, input?: unknown, options?: CallOptions): Promise<unknown> {
    return this.#find(path)(input, toCallOptions(options));
  }

  override subscription(path: string, input: unknown, listeners: object): { unsubscribe(): void } {
    // Types of tRPC's own, whose error is not ours: `SubscriptionOptions` says what `useSubscription` hands over.
    const ours = listeners as SubscriptionListeners<unknown>;
    return subscribe(this.#truconn.session, this.#find(path) as never, input as object | undefined, ours);
  }

  #find(path: string): Call {
    const found = path
      .split('.')
      .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], this.#truconn);
    if (typeof found !== 'function') throw new TypeError(`TruConn has no procedure ${path}.`);
    return found as Call;
  }
}

function toCallOptions({ context, signal }: CallOptions = {}): object {
  return { ...context, ...(signal && { signal }) };
}

// tRPC tells infinite queries which way they go; the server's lists know only forward, and take no such field.
function withoutDirection(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('direction' in input)) return input;
  const { direction: _, ...rest } = input;
  return rest;
}
