import type { TRPCRouterRecord } from '@trpc/server';

export const compatOrgAccess = {} satisfies TRPCRouterRecord;
