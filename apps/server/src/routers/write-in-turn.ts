import type { MemberCaller, PersonCaller } from '../domain/caller.ts';
import type { NumberedAccessRequest } from '../domain/numbered.ts';
import { chargeRequest } from '../domain/org-access/charge-request.ts';
import { type RequestTerms, requestAccess } from '../domain/org-access/request-access.ts';
import { type Context, write } from '../trpc/context.ts';

/**
 * Runs a writer that takes one person's lock. Writers of one line take turns before they take a
 * connection: however many calls somebody piles up on a person, everybody else still finds a free
 * connection, and that person's own calls wait for one of the pile at most.
 * @param line whose calls wait for each other: who acts, and on whose data
 */
export function writeInTurn<Result>(
  ctx: Context,
  line: { actorId: string; personId: string },
  work: Parameters<typeof write<Result>>[1],
): Promise<Result> {
  return ctx.services.turns.run(`${line.actorId} on ${line.personId}`, () => write(ctx, work));
}

/** The same for a person's calls about their own data. */
export function writeOwn<Result>(
  ctx: Context & { caller: PersonCaller },
  work: Parameters<typeof write<Result>>[1],
): Promise<Result> {
  const { userId } = ctx.caller.principal;
  return writeInTurn(ctx, { actorId: userId, personId: userId }, work);
}

/** The same for what takes the lock of the caller's organization: all its members wait in one line. */
export function writeMembers<Result>(
  ctx: Context & { caller: MemberCaller },
  work: Parameters<typeof write<Result>>[1],
): Promise<Result> {
  return ctx.services.turns.run(`members of ${ctx.caller.organization.id}`, () => write(ctx, work));
}

/** Asks for access, in the line of an organization's calls about one person; counted before it takes its turn. */
export async function requestInTurn(
  ctx: Context & { caller: MemberCaller },
  terms: RequestTerms,
): Promise<NumberedAccessRequest> {
  await chargeRequest(ctx.services.limits, ctx.caller, terms.userId);
  const line = { actorId: ctx.caller.organization.id, personId: terms.userId };
  return writeInTurn(ctx, line, (trx) => requestAccess(trx, ctx.caller, terms));
}
