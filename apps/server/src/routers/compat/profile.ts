import type { TRPCRouterRecord } from '@trpc/server';

export const compatProfile = {} satisfies TRPCRouterRecord;
