import type { Executor, Trx } from '../database/connection.ts';
import type { Caller, Identity } from '../domain/caller.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Services } from '../domain/services.ts';

/** The session cookie of the answer that is being made. */
export interface SessionCookie {
  set(token: string, expiresAt: Date): void;
  clear(): void;
}

/** What a procedure works with, over HTTP and inside the server alike. */
export interface Context {
  caller: Caller;
  /** The browser says that the call comes from a page of another site. */
  foreignOrigin: boolean;
  /** The call carries an Authorization header, good or bad: no cookie counts beside it. */
  hasAuthorization: boolean;
  /**
   * Who calls, asked of the database once per request.
   * @throws DomainError `UNAUTHENTICATED`, `SESSION_EXPIRED`
   */
  authenticate(): Promise<Identity>;
  sessionCookie: SessionCookie;
  /** For pages of an older system, which send it back; nothing depends on it. */
  setCsrfCookie(token: string): void;
  services: Services;
  /** What the client calls this one mutation by, so that it happens once; unchecked. Only `callOnce` minds it. */
  idempotencyKey?: string | undefined;
}

/** Runs a reader on the pool. */
export function read<Result>(ctx: Context, work: (db: Executor) => Promise<Result>): Promise<Result> {
  return work(ctx.services.database.kysely);
}

/**
 * Runs a writer in one transaction. What it throws rolls back; a `DomainError` that it returns is
 * thrown after the commit, so that what it wrote on the way to its refusal stays.
 */
export async function write<Result>(
  ctx: Context,
  work: (trx: Trx) => Promise<Result | DomainError>,
): Promise<Result> {
  const outcome = await ctx.services.database.transact(work);
  if (outcome instanceof DomainError) throw outcome;
  return outcome;
}
