import { memberInputSchema } from '@truconn/contract';
import { recordAudit } from '../domain/audit/record-audit.ts';
import type { MemberCaller, PersonCaller } from '../domain/caller.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Context } from './context.ts';
import { trpc } from './init.ts';

/** For everybody. Said explicitly by each procedure that is: nothing is public by default. */
export const publicProcedure = trpc.procedure;

/**
 * For everybody, for what signs a browser in. Also with an Authorization header, which the edge's own check lets
 * pass: signing a browser in from another site would put it into the attacker's account.
 */
export const signInProcedure = publicProcedure.use(async ({ ctx, next }) => {
  if (ctx.foreignOrigin) throw new DomainError('ORIGIN_REFUSED');
  return next();
});

/** For whoever is signed in. A denial, by a guard or by the domain, is written to the audit log. */
export const personProcedure = trpc.procedure.use(async ({ ctx, path, next }) => {
  const principal = await ctx.authenticate();
  const caller: PersonCaller = { ...ctx.caller, principal };
  const result = await next({ ctx: { caller } });
  if (!result.ok && isDenial(result.error.cause)) {
    await recordAudit(ctx.services.database.kysely, caller, 'access.denied', {
      details: { procedure: path },
    });
  }
  return result;
});

/** For the members of an organization, whatever their role. */
export const memberProcedure = personProcedure.use(async ({ ctx, next }) => {
  const { organization } = ctx.caller.principal.user;
  if (organization === null) {
    throw denied('This is for members of an organization; your account belongs to none.');
  }
  const caller: MemberCaller = { ...ctx.caller, organization };
  return next({ ctx: { caller } });
});

/** For members whose own e-mail address is verified, where `REQUIRE_VERIFIED_EMAIL` asks for that. */
export const verifiedMemberProcedure = memberProcedure.use(async ({ ctx, next }) => {
  requireVerifiedEmail(ctx);
  return next();
});

/** For owners of an organization. */
export const ownerProcedure = memberProcedure.use(async ({ ctx, next }) => {
  if (!isOwner(ctx.caller)) throw denied(FOR_OWNERS);
  return next();
});

/** For owners whose own e-mail address is verified, where `REQUIRE_VERIFIED_EMAIL` asks for that. */
export const verifiedOwnerProcedure = ownerProcedure.use(async ({ ctx, next }) => {
  requireVerifiedEmail(ctx);
  return next();
});

/** For owners on everybody's membership, and for each member on their own. */
export const membershipProcedure = memberProcedure
  .input(memberInputSchema)
  .use(async ({ ctx, input, next }) => {
    const isOwn = input.userId === ctx.caller.principal.userId;
    if (!isOwn && !isOwner(ctx.caller)) throw denied(FOR_OWNERS);
    return next();
  });

/** For administrators. */
export const adminProcedure = personProcedure.use(async ({ ctx, next }) => {
  if (ctx.caller.principal.role !== 'ADMIN') throw denied('This is for administrators.');
  return next();
});

const FOR_OWNERS = 'This is for owners of the organization.';

function isOwner({ principal }: PersonCaller): boolean {
  return principal.user.organization?.membership === 'owner';
}

function requireVerifiedEmail({ services, caller }: Context & { caller: PersonCaller }): void {
  if (!services.requireVerifiedEmail || caller.principal.user.emailVerified) return;
  throw new DomainError('EMAIL_NOT_VERIFIED');
}

function denied(message: string): DomainError {
  return new DomainError('FORBIDDEN', { message });
}

function isDenial(cause: unknown): boolean {
  return cause instanceof DomainError && ['FORBIDDEN', 'EMAIL_NOT_VERIFIED'].includes(cause.code);
}
