import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';
import { formatTrpcError } from './error-formatter.ts';

/** The one tRPC instance. No transformer: what goes over the wire is JSON as the contract says. */
export const trpc = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error, ctx, input }) => formatTrpcError({ error, ctx: ctx?.caller, input }),
});
