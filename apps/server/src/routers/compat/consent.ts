import type { TRPCRouterRecord } from '@trpc/server';

export const compatConsent = {} satisfies TRPCRouterRecord;
