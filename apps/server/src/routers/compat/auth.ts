import { randomBytes } from 'node:crypto';
import type { TRPCRouterRecord } from '@trpc/server';
import {
  changePasswordInputSchema,
  endedSessionsSchema,
  mailAcceptedSchema,
  noInputSchema,
  refreshInputSchema,
  resetPasswordInputSchema,
} from '@truconn/contract';
import { changePassword } from '../../domain/auth/change-password.ts';
import { policyOf } from '../../domain/auth/password-policy.ts';
import { refreshAccess } from '../../domain/auth/refresh.ts';
import { resetPassword } from '../../domain/auth/reset-password.ts';
import { issueFirstTokens, signIn } from '../../domain/auth/sign-in.ts';
import { signUp, signUpWithSession } from '../../domain/auth/sign-up.ts';
import { resendVerification } from '../../domain/auth/verify-email.ts';
import type { Principal } from '../../domain/caller.ts';
import { DomainError } from '../../domain/domain-error.ts';
import type { Context } from '../../trpc/context.ts';
import { requirePerson } from '../../trpc/denials.ts';
import { personProcedure, publicProcedure, signInProcedure } from '../../trpc/procedures.ts';
import {
  accessTokenSchema,
  authenticationCheckSchema,
  compatSignInInputSchema,
  compatSignInResultSchema,
  compatSignUpInputSchema,
  csrfTokenSchema,
  numberedProfileSchema,
  profileWithTokenSchema,
  resendVerificationInputSchema,
} from './schemas.ts';

export const compatAuth = {
  signUp: publicProcedure
    .input(compatSignUpInputSchema)
    .output(numberedProfileSchema)
    .mutation(({ ctx, input: { passwordRules, ...account } }) =>
      signUp(ctx.services, ctx.caller, account, policyOf(ctx.services, passwordRules)),
    ),

  signUpWithSession: signInProcedure
    .input(compatSignUpInputSchema)
    .output(profileWithTokenSchema)
    .mutation(async ({ ctx, input: { passwordRules, ...account } }) => {
      const policy = policyOf(ctx.services, passwordRules);
      const { profile, opened } = await signUpWithSession(ctx.services, ctx.caller, account, policy);
      return { profile, token: opened.token };
    }),

  signIn: signInProcedure
    .input(compatSignInInputSchema)
    .output(compatSignInResultSchema)
    .mutation(async ({ ctx, input }) => {
      const signedIn = await signIn(ctx.services, ctx.caller, input, ctx.authenticate);
      const { profile, opened } = signedIn;
      if (input.cookie) ctx.sessionCookie.set(opened.token, opened.absoluteExpiresAt);
      return { profile, token: opened.token, ...(await issueFirstTokens(ctx.services, signedIn)) };
    }),

  refresh: publicProcedure
    .input(refreshInputSchema)
    .output(accessTokenSchema)
    .mutation(({ ctx, input }) => refreshAccess(ctx.services, ctx.caller, input.refreshToken)),

  changePassword: personProcedure
    .input(changePasswordInputSchema)
    .output(endedSessionsSchema)
    .mutation(({ ctx, input }) =>
      changePassword(ctx.services, ctx.caller, input, policyOf(ctx.services, 'composition')),
    ),

  resetPassword: publicProcedure
    .input(resetPasswordInputSchema)
    .output(endedSessionsSchema)
    .mutation(({ ctx, input }) =>
      resetPassword(ctx.services, ctx.caller, input, policyOf(ctx.services, 'composition')),
    ),

  resendVerification: publicProcedure
    .input(resendVerificationInputSchema)
    .output(mailAcceptedSchema)
    .mutation(({ ctx, input }) => resendVerification(ctx.services, ctx.caller, input.email)),

  // Origin is what is checked: this is for pages that will not go on without a token.
  csrfToken: publicProcedure
    .input(noInputSchema)
    .output(csrfTokenSchema)
    .query(({ ctx }) => {
      const csrfToken = randomBytes(32).toString('hex');
      ctx.setCsrfCookie(csrfToken);
      return { csrfToken };
    }),

  check: publicProcedure
    .input(noInputSchema)
    .output(authenticationCheckSchema)
    .query(async ({ ctx }) => {
      const principal = await findPrincipal(ctx);
      return { authenticated: principal !== undefined, profile: principal?.profile ?? null };
    }),
} satisfies TRPCRouterRecord;

/**
 * Who calls, if anybody does: a cookie that is dead is nobody's.
 * @throws DomainError `UNAUTHENTICATED`, `SESSION_EXPIRED` for a header that is not good, `FORBIDDEN` for an API key
 */
async function findPrincipal(ctx: Context): Promise<Principal | undefined> {
  try {
    return await requirePerson(ctx, 'compat.check');
  } catch (error) {
    if (ctx.hasAuthorization || !isNobody(error)) throw error;
    return undefined;
  }
}

function isNobody(error: unknown): boolean {
  return error instanceof DomainError && ['UNAUTHENTICATED', 'SESSION_EXPIRED'].includes(error.code);
}
