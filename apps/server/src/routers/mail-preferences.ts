import type { TRPCRouterRecord } from '@trpc/server';
import { mailPreferencesInputSchema, mailPreferencesSchema, noInputSchema } from '@truconn/contract';
import { getMailPreferences, setMailPreferences } from '../domain/profile/mail-preferences.ts';
import { read } from '../trpc/context.ts';
import { personProcedure } from '../trpc/procedures.ts';
import { writeOwn } from './write-in-turn.ts';

export const mailPreferencesRouter = {
  get: personProcedure
    .input(noInputSchema)
    .output(mailPreferencesSchema)
    .query(({ ctx }) => read(ctx, (db) => getMailPreferences(db, ctx.caller))),

  set: personProcedure
    .input(mailPreferencesInputSchema)
    .output(mailPreferencesSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => setMailPreferences(trx, ctx.caller, input))),
} satisfies TRPCRouterRecord;
