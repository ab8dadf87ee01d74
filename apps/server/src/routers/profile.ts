import type { TRPCRouterRecord } from '@trpc/server';
import { noInputSchema, profileSchema, profileUpdateInputSchema } from '@truconn/contract';
import { updateOwnProfile } from '../domain/profile/update-profile.ts';
import { write } from '../trpc/context.ts';
import { personProcedure } from '../trpc/procedures.ts';

export const profileRouter = {
  get: personProcedure
    .input(noInputSchema)
    .output(profileSchema)
    .query(({ ctx }) => ctx.caller.principal.profile),

  update: personProcedure
    .input(profileUpdateInputSchema)
    .output(profileSchema)
    .mutation(({ ctx, input }) => write(ctx, (trx) => updateOwnProfile(trx, ctx.caller, input))),
} satisfies TRPCRouterRecord;
