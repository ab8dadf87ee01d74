import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';
import { formatTrpcError } from './error-formatter.ts';

/** What a procedure says of itself, besides its types. */
export interface ProcedureMeta {
  /**
   * What is kept of its outcome under an `Idempotency-Key`; all of it, unless told. `without data`: it hands out data
   * that must not lie in clear or be handed out once it is withdrawn, so whatever the result calls `data` is left out,
   * and a repeated call runs again: its transaction finds by `outcomeBefore` what the first one came to. `none`: it
   * takes no keys, because its result holds a credential.
   */
  outcome?: 'without data' | 'none';
}

/** The one tRPC instance. No transformer: what goes over the wire is JSON as the contract says. */
export const trpc = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ error, ctx, input }) => formatTrpcError({ error, ctx: ctx?.caller, input }),
  });
