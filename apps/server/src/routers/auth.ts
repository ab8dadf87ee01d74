import type { TRPCRouterRecord } from '@trpc/server';
import {
  changePasswordInputSchema,
  endedSessionsSchema,
  endSessionInputSchema,
  meSchema,
  noInputSchema,
  pageInputSchema,
  pageSchema,
  refreshInputSchema,
  sessionSchema,
  signInInputSchema,
  signInResultSchema,
  signUpInputSchema,
  tokenPairSchema,
  userSchema,
} from '@truconn/contract';
import { changePassword } from '../domain/auth/change-password.ts';
import { refresh } from '../domain/auth/refresh.ts';
import { endAllOwnSessions, endOwnSession, listOwnSessions, signOut } from '../domain/auth/sessions.ts';
import { presentSignIn, signIn } from '../domain/auth/sign-in.ts';
import { signUp } from '../domain/auth/sign-up.ts';
import { DomainError } from '../domain/domain-error.ts';
import { read, write } from '../trpc/context.ts';
import { personProcedure, publicProcedure } from '../trpc/procedures.ts';

export const authRouter = {
  signUp: publicProcedure
    .input(signUpInputSchema)
    .output(userSchema)
    .mutation(({ ctx, input }) => signUp(ctx.auth, ctx.caller, input)),

  signIn: publicProcedure
    .input(signInInputSchema)
    .output(signInResultSchema)
    .mutation(async ({ ctx, input }) => {
      // Also with an Authorization header, which the edge's own check lets pass: signing a browser in
      // from another site would put it into the attacker's account.
      if (ctx.foreignOrigin) throw new DomainError('ORIGIN_REFUSED');
      const signedIn = await signIn(ctx.auth, ctx.caller, input);
      if (input.credential === 'cookie') {
        ctx.sessionCookie.set(signedIn.opened.token, signedIn.opened.absoluteExpiresAt);
      }
      return presentSignIn(ctx.auth, ctx.caller, signedIn, input.credential);
    }),

  refresh: publicProcedure
    .input(refreshInputSchema)
    .output(tokenPairSchema)
    .mutation(({ ctx, input }) => refresh(ctx.auth, ctx.caller, input.refreshToken)),

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
    .mutation(({ ctx, input }) => changePassword(ctx.auth, ctx.caller, input)),
} satisfies TRPCRouterRecord;
