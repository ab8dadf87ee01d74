import type { TRPCRouterRecord } from '@trpc/server';

export const compatAuth = {} satisfies TRPCRouterRecord;
