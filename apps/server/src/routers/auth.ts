import type { TRPCRouterRecord } from '@trpc/server';
import {
  changeEmailInputSchema,
  changePasswordInputSchema,
  endedSessionsSchema,
  endSessionInputSchema,
  mailAcceptedSchema,
  mailTokenInputSchema,
  meSchema,
  noInputSchema,
  pageInputSchema,
  pageSchema,
  refreshInputSchema,
  requestPasswordResetInputSchema,
  resetPasswordInputSchema,
  sessionSchema,
  signInInputSchema,
  signInResultSchema,
  signUpInputSchema,
  tokenPairSchema,
  userSchema,
  verifiedEmailSchema,
} from '@truconn/contract';
import { changeEmail, confirmEmailChange } from '../domain/auth/change-email.ts';
import { changePassword } from '../domain/auth/change-password.ts';
import { refresh } from '../domain/auth/refresh.ts';
import { requestPasswordReset, resetPassword } from '../domain/auth/reset-password.ts';
import { endAllOwnSessions, endOwnSession, listOwnSessions, signOut } from '../domain/auth/sessions.ts';
import { presentSignIn, signIn } from '../domain/auth/sign-in.ts';
import { signUp } from '../domain/auth/sign-up.ts';
import { requestEmailVerification, verifyEmail } from '../domain/auth/verify-email.ts';
import { read, write } from '../trpc/context.ts';
import { personProcedure, publicProcedure, signInProcedure } from '../trpc/procedures.ts';

export const authRouter = {
  signUp: publicProcedure
    .input(signUpInputSchema)
    .output(userSchema)
    .mutation(({ ctx, input }) => signUp(ctx.services, ctx.caller, input)),

  signIn: signInProcedure
    .input(signInInputSchema)
    .output(signInResultSchema)
    .mutation(async ({ ctx, input }) => {
      const signedIn = await signIn(ctx.services, ctx.caller, input, ctx.authenticate);
      if (input.credential === 'cookie') {
        ctx.sessionCookie.set(signedIn.opened.token, signedIn.opened.absoluteExpiresAt);
      }
      return presentSignIn(ctx.services, ctx.caller, signedIn, input.credential);
    }),

  refresh: publicProcedure
    .input(refreshInputSchema)
    .output(tokenPairSchema)
    .mutation(({ ctx, input }) => refresh(ctx.services, ctx.caller, input.refreshToken)),

  me: personProcedure
    .input(noInputSchema)
    .output(meSchema)
    .query(({ ctx }) => {
      const { user, session } = ctx.caller.principal;
      return { user, session };
    }),

  signOut: personProcedure
    .input(noInputSchema)
    .output(endedSessionsSchema)
    .mutation(async ({ ctx }) => {
      await write(ctx, (trx) => signOut(trx, ctx.caller));
      ctx.sessionCookie.clear();
      return { endedSessions: 1 };
    }),

  signOutEverywhere: personProcedure
    .input(noInputSchema)
    .output(endedSessionsSchema)
    .mutation(async ({ ctx }) => {
      const endedSessions = await write(ctx, (trx) => endAllOwnSessions(trx, ctx.caller));
      ctx.sessionCookie.clear();
      return { endedSessions };
    }),

  sessions: personProcedure
    .input(pageInputSchema)
    .output(pageSchema(sessionSchema))
    .query(({ ctx, input }) => read(ctx, (db) => listOwnSessions(db, ctx.caller, input))),

  endSession: personProcedure
    .input(endSessionInputSchema)
    .output(endedSessionsSchema)
    .mutation(async ({ ctx, input }) => {
      await write(ctx, (trx) => endOwnSession(trx, ctx.caller, input.id));
      if (input.id === ctx.caller.principal.sessionId) ctx.sessionCookie.clear();
      return { endedSessions: 1 };
    }),

  changePassword: personProcedure
    .input(changePasswordInputSchema)
    .output(endedSessionsSchema)
    .mutation(({ ctx, input }) => changePassword(ctx.services, ctx.caller, input)),

  requestEmailVerification: personProcedure
    .input(noInputSchema)
    .output(mailAcceptedSchema)
    .mutation(({ ctx }) => requestEmailVerification(ctx.services, ctx.caller)),

  // The links of mails are opened where nobody need be signed in: the token says who.
  verifyEmail: publicProcedure
    .input(mailTokenInputSchema)
    .output(verifiedEmailSchema)
    .mutation(({ ctx, input }) => verifyEmail(ctx.services, ctx.caller, input.token)),

  requestPasswordReset: publicProcedure
    .input(requestPasswordResetInputSchema)
    .output(mailAcceptedSchema)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx.services, ctx.caller, input.email)),

  resetPassword: publicProcedure
    .input(resetPasswordInputSchema)
    .output(endedSessionsSchema)
    .mutation(({ ctx, input }) => resetPassword(ctx.services, ctx.caller, input)),

  changeEmail: personProcedure
    .input(changeEmailInputSchema)
    .output(mailAcceptedSchema)
    .mutation(({ ctx, input }) => changeEmail(ctx.services, ctx.caller, input)),

  confirmEmailChange: publicProcedure
    .input(mailTokenInputSchema)
    .output(verifiedEmailSchema)
    .mutation(({ ctx, input }) => confirmEmailChange(ctx.services, ctx.caller, input.token)),
} satisfies TRPCRouterRecord;
