import type { TRPCRouterRecord } from '@trpc/server';
import { noInputSchema } from '@truconn/contract';
import { updateAccount } from '../../domain/profile/update-account.ts';
import { personProcedure } from '../../trpc/procedures.ts';
import { accountUpdateInputSchema, numberedProfileSchema } from './schemas.ts';

export const compatProfile = {
  profile: personProcedure
    .input(noInputSchema)
    // tRPC would call parseAsync, which leaves zod's compiled check aside: 4 µs in place of 0.3 on the hottest read.
    .output((profile: unknown) => numberedProfileSchema.parse(profile))
    .query(({ ctx }) => ctx.caller.principal.profile),

  updateProfile: personProcedure
    .input(accountUpdateInputSchema)
    .output(numberedProfileSchema)
    .mutation(({ ctx, input }) => updateAccount(ctx.services, ctx.caller, input)),
} satisfies TRPCRouterRecord;
