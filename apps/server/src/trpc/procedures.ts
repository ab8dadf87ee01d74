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

/** For administrators. */
export const adminProcedure = personProcedure.use(async ({ ctx, path, next }) => {
  if (ctx.caller.principal.role !== 'ADMIN') return deny(ctx, path, 'This is for administrators.');
  return next();
});

async function deny(ctx: Context, procedure: string, message: string): Promise<never> {
  await recordAudit(ctx.auth.database.kysely, ctx.caller, 'access.denied', { details: { procedure } });
  throw new DomainError('FORBIDDEN', { message });
}
