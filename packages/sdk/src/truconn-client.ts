import { TRPCUntypedClient } from '@trpc/client';
import type { AppRouter } from './app-router.ts';
import { toTruConnError } from './calls/to-truconn-error.ts';

/** Where a client keeps what tRPC's own tools work with. One symbol for both copies of a package that is held twice. */
export const TRPC_CLIENT: unique symbol = Symbol.for('truconn.trpc-client') as never;

type Args<Method extends 'query' | 'mutation'> = Parameters<TRPCUntypedClient<AppRouter>[Method]>;

/** tRPC's client, rejecting with `TruConnError` where tRPC wraps it into an error of its own. */
export class TruConnClient extends TRPCUntypedClient<AppRouter> {
  override query(...args: Args<'query'>): Promise<unknown> {
    return super.query(...args).catch(rethrow);
  }

  override mutation(...args: Args<'mutation'>): Promise<unknown> {
    return super.mutation(...args).catch(rethrow);
  }
}

function rethrow(error: unknown): never {
  throw toTruConnError(error);
}
