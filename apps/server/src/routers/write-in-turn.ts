import type { ItemList, ReadManyInput, RequestManyInput } from '@truconn/contract';
import type { MemberCaller, OrganizationCaller, PersonCaller } from '../domain/caller.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { NumberedAccessRequest } from '../domain/numbered.ts';
import { chargeRequest, chargeRequests } from '../domain/org-access/charge-request.ts';
import {
  chargeRead,
  chargeReads,
  findWantedReads,
  type NumberedReadItem,
  readAccess,
  readManyAccesses,
} from '../domain/org-access/read-access.ts';
import type { NumberedRelease } from '../domain/org-access/release.ts';
import {
  type NumberedRequestItem,
  type RequestTerms,
  requestAccess,
  requestMany,
} from '../domain/org-access/request-access.ts';
import { type Context, read, write } from '../trpc/context.ts';
import { recordDeniedItems } from '../trpc/denials.ts';

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

type OrganizationContext = Context & { caller: OrganizationCaller };

/** Asks for access, in the line of an organization's calls about one person; counted before it takes its turn. */
export async function requestInTurn(
  ctx: OrganizationContext,
  terms: RequestTerms,
): Promise<NumberedAccessRequest> {
  await chargeRequest(ctx.services.limits, ctx.caller, terms.userId);
  const line = { actorId: ctx.caller.organization.id, personId: terms.userId };
  return writeInTurn(ctx, line, (trx) => requestAccess(trx, ctx.caller, terms));
}

/** Asks many people, in the line of an organization's calls about many; each is counted before. */
export async function requestManyInTurn(
  ctx: OrganizationContext,
  { requests }: RequestManyInput,
): Promise<ItemList<NumberedRequestItem>> {
  const counted = await chargeRequests(ctx.services.limits, ctx.caller, requests);
  const answer = await writeAboutMany(ctx, (trx) => requestMany(trx, ctx.caller, counted));
  return recordDeniedItems(ctx, 'orgAccess.requestMany', answer);
}

/** Reads what a person has released, in the line of an organization's calls about that person; counted before. */
export async function readInTurn(ctx: OrganizationContext, requestId: string): Promise<NumberedRelease> {
  const [wanted] = await read(ctx, (db) => findWantedReads(db, ctx.caller, [requestId]));
  const subject = wanted?.subject;
  if (subject === undefined) throw new DomainError('NOT_FOUND');
  await chargeRead(ctx.services.limits, ctx.caller, subject);
  const { personId } = subject;
  const line = { actorId: ctx.caller.organization.id, personId };
  return writeInTurn(ctx, line, (trx) =>
    readAccess(trx, ctx.services.envelope, ctx.caller, { requestId, personId }),
  );
}

/** Reads what many people have released, in the line of an organization's calls about many; each is counted before. */
export async function readManyInTurn(
  ctx: OrganizationContext,
  { requestIds }: ReadManyInput,
): Promise<ItemList<NumberedReadItem>> {
  const wanted = await read(ctx, (db) => findWantedReads(db, ctx.caller, requestIds));
  const counted = await chargeReads(ctx.services.limits, ctx.caller, wanted);
  const answer = await writeAboutMany(ctx, (trx) =>
    readManyAccesses(trx, ctx.services.envelope, ctx.caller, counted),
  );
  return recordDeniedItems(ctx, 'orgAccess.readMany', answer);
}

// Each holds the locks of up to a hundred people: an organization's wait for each other without a connection.
function writeAboutMany<Result>(
  ctx: OrganizationContext,
  work: Parameters<typeof write<Result>>[1],
): Promise<Result> {
  return ctx.services.turns.run(`${ctx.caller.organization.id} on many`, () => write(ctx, work));
}
