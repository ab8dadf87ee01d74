import type { TRPCRouterRecord } from '@trpc/server';
import {
  applyAsOfficerInputSchema,
  categoryInputSchema,
  noInputSchema,
  officerApplicationSchema,
  ownApplicationSchema,
  personRecordSchema,
  profileSchema,
  profileUpdateInputSchema,
  setAvatarInputSchema,
  setRecordInputSchema,
} from '@truconn/contract';
import { removeAvatar, setAvatar } from '../domain/profile/avatar.ts';
import { applyAsOfficer, findOwnApplication } from '../domain/profile/officer-application.ts';
import { chargeRecord, getOwnRecord, setOwnRecord } from '../domain/profile/records.ts';
import { updateOwnProfile } from '../domain/profile/update-profile.ts';
import { read, write } from '../trpc/context.ts';
import { personProcedure } from '../trpc/procedures.ts';
import { mailPreferencesRouter } from './mail-preferences.ts';
import { writeOwn } from './write-in-turn.ts';

export const profileRouter = {
  get: personProcedure
    .input(noInputSchema)
    .output(profileSchema)
    .query(({ ctx }) => ctx.caller.principal.profile),

  update: personProcedure
    .input(profileUpdateInputSchema)
    .output(profileSchema)
    .mutation(({ ctx, input }) =>
      write(ctx, (trx) => updateOwnProfile(trx, ctx.services, ctx.caller, input)),
    ),

  setAvatar: personProcedure
    .input(setAvatarInputSchema)
    .output(profileSchema)
    .mutation(({ ctx, input }) => setAvatar(ctx.services, ctx.caller, input)),

  removeAvatar: personProcedure
    .input(noInputSchema)
    .output(profileSchema)
    .mutation(({ ctx }) => write(ctx, (trx) => removeAvatar(trx, ctx.services, ctx.caller))),

  applyAsOfficer: personProcedure
    .input(applyAsOfficerInputSchema)
    .output(officerApplicationSchema)
    .mutation(({ ctx, input }) => writeOwn(ctx, (trx) => applyAsOfficer(trx, ctx.caller, input))),

  officerApplication: personProcedure
    .input(noInputSchema)
    .output(ownApplicationSchema)
    .query(({ ctx }) => read(ctx, (db) => findOwnApplication(db, ctx.caller))),

  records: {
    get: personProcedure
      .input(categoryInputSchema)
      .output(personRecordSchema)
      .query(({ ctx, input }) =>
        read(ctx, (db) => getOwnRecord(db, ctx.services.envelope, ctx.caller, input.categoryId)),
      ),

    // What is encrypted is not kept in clear under an idempotency key.
    set: personProcedure
      .meta({ outcome: 'without data' })
      .input(setRecordInputSchema)
      .output(personRecordSchema)
      .mutation(async ({ ctx, input }) => {
        await chargeRecord(ctx.services.limits, ctx.caller);
        return writeOwn(ctx, (trx) => setOwnRecord(trx, ctx.services.envelope, ctx.caller, input));
      }),
  },

  mailPreferences: mailPreferencesRouter,
} satisfies TRPCRouterRecord;
