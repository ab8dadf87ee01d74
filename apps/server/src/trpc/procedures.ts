import { type ApiKeyScope, memberInputSchema } from '@truconn/contract';
import type {
  ActingOrganization,
  ApiKeyCaller,
  MemberCaller,
  OrganizationCaller,
  PersonCaller,
} from '../domain/caller.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Context } from './context.ts';
import { denied, deniedToApiKeys, recordDenial } from './denials.ts';
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

/** For whoever presents a credential. A denial, by a guard or by the domain, is written to the audit log. */
const identifiedProcedure = trpc.procedure.use(async ({ ctx, path, next }) => {
  const caller: PersonCaller | ApiKeyCaller = { ...ctx.caller, ...(await ctx.authenticate()) };
  const result = await next({ ctx: { caller } });
  if (!result.ok && isDenial(result.error.cause)) await recordDenial(ctx, caller, path);
  return result;
});

/** For whoever is signed in. */
export const personProcedure = identifiedProcedure.use(async ({ ctx, next }) => {
  const { caller } = ctx;
  if ('apiKey' in caller) throw deniedToApiKeys();
  return next({ ctx: { caller } });
});

/** For whoever is signed in, and for the API keys of organizations that have the scope. */
export function personOrKeyProcedure(scope: ApiKeyScope) {
  return identifiedProcedure.use(async ({ ctx, next }) => {
    if ('apiKey' in ctx.caller) organizationOfKey(ctx.caller, scope);
    return next();
  });
}

/** For the members of an organization, whatever their role. */
export const memberProcedure = personProcedure.use(async ({ ctx, next }) => {
  const caller: MemberCaller = { ...ctx.caller, organization: organizationOfMember(ctx.caller) };
  return next({ ctx: { caller } });
});

/** For the members of an organization, and for its API keys that have the scope. */
export function organizationProcedure(scope: ApiKeyScope) {
  return identifiedProcedure.use(async ({ ctx, next }) => {
    const caller: OrganizationCaller = {
      ...ctx.caller,
      organization:
        'apiKey' in ctx.caller ? organizationOfKey(ctx.caller, scope) : organizationOfMember(ctx.caller),
    };
    return next({ ctx: { caller } });
  });
}

/** The same, with members whose own e-mail address is verified, where `REQUIRE_VERIFIED_EMAIL` asks for that. */
export function verifiedOrganizationProcedure(scope: ApiKeyScope) {
  return organizationProcedure(scope).use(async ({ ctx, next }) => {
    requireVerifiedEmail(ctx);
    return next();
  });
}

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

function organizationOfMember({ principal }: PersonCaller): ActingOrganization {
  const { organization } = principal.user;
  if (organization !== null) return organization;
  throw denied('This is for members of an organization; your account belongs to none.');
}

function organizationOfKey({ apiKey }: ApiKeyCaller, scope: ApiKeyScope): ActingOrganization {
  if (apiKey.scopes.includes(scope)) return apiKey.organization;
  throw denied(`This API key does not have the scope "${scope}".`);
}

function requireVerifiedEmail({ services, caller }: Context & { caller: PersonCaller | ApiKeyCaller }): void {
  // An owner whose address was verified has made the key.
  if (!services.requireVerifiedEmail || 'apiKey' in caller || caller.principal.user.emailVerified) return;
  throw new DomainError('EMAIL_NOT_VERIFIED');
}

function isDenial(cause: unknown): boolean {
  return cause instanceof DomainError && ['FORBIDDEN', 'EMAIL_NOT_VERIFIED'].includes(cause.code);
}
