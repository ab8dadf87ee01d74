import { memberInputSchema } from '@truconn/contract';
import { recordAudit } from '../domain/audit/record-audit.ts';
import type { MemberCaller, PersonCaller } from '../domain/caller.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Context } from './context.ts';
import { trpc } from './init.ts';

/** For everybody. Said explicitly by each procedure that is: nothing is public by default. */
export const publicProcedure = trpc.procedure;

/** For whoever is signed in. */
export const personProcedure = trpc.procedure.use(async ({ ctx, next }) => {
  const principal = await ctx.authenticate();
  const caller: PersonCaller = { ...ctx.caller, principal };
  return next({ ctx: { caller } });
});

/** For the members of an organization, whatever their role. */
export const memberProcedure = personProcedure.use(async ({ ctx, path, next }) => {
  const { organization } = ctx.caller.principal.user;
  if (organization === null) {
    return deny(ctx, path, 'This is for members of an organization; your account belongs to none.');
  }
  const caller: MemberCaller = { ...ctx.caller, organization };
  return next({ ctx: { caller } });
});

/** For members whose own e-mail address is verified, where `REQUIRE_VERIFIED_EMAIL` asks for that. */
export const verifiedMemberProcedure = memberProcedure.use(async ({ ctx, path, next }) => {
  await requireVerifiedEmail(ctx, path);
  return next();
});

/** For owners of an organization. */
export const ownerProcedure = memberProcedure.use(async ({ ctx, path, next }) => {
  if (!isOwner(ctx.caller)) return deny(ctx, path, FOR_OWNERS);
  return next();
});

/** For owners whose own e-mail address is verified, where `REQUIRE_VERIFIED_EMAIL` asks for that. */
export const verifiedOwnerProcedure = ownerProcedure.use(async ({ ctx, path, next }) => {
  await requireVerifiedEmail(ctx, path);
  return next();
});

/** For owners on everybody's membership, and for each member on their own. */
export const membershipProcedure = memberProcedure
  .input(memberInputSchema)
  .use(async ({ ctx, input, path, next }) => {
    const isOwn = input.userId === ctx.caller.principal.userId;
    if (!isOwn && !isOwner(ctx.caller)) return deny(ctx, path, FOR_OWNERS);
    return next();
  });

/** For administrators. */
export const adminProcedure = personProcedure.use(async ({ ctx, path, next }) => {
  if (ctx.caller.principal.role !== 'ADMIN') return deny(ctx, path, 'This is for administrators.');
  return next();
});

const FOR_OWNERS = 'This is for owners of the organization.';

function isOwner({ principal }: PersonCaller): boolean {
  return principal.user.organization?.membership === 'owner';
}

async function requireVerifiedEmail(ctx: Context & { caller: PersonCaller }, path: string): Promise<void> {
  if (!ctx.services.requireVerifiedEmail || ctx.caller.principal.user.emailVerified) return;
  await refuse(ctx, path, new DomainError('EMAIL_NOT_VERIFIED'));
}

function deny(ctx: Context, procedure: string, message: string): Promise<never> {
  return refuse(ctx, procedure, new DomainError('FORBIDDEN', { message }));
}

async function refuse(ctx: Context, procedure: string, error: DomainError): Promise<never> {
  await recordAudit(ctx.services.database.kysely, ctx.caller, 'access.denied', { details: { procedure } });
  throw error;
}
