import type { ItemError, ItemList } from '@truconn/contract';
import { recordAudit } from '../domain/audit/record-audit.ts';
import type { ApiKeyCaller, PersonCaller, Principal } from '../domain/caller.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Context } from './context.ts';

/** A refusal that says why. */
export function denied(message: string): DomainError {
  return new DomainError('FORBIDDEN', { message });
}

/** What an API key is told where people alone may act. */
export function deniedToApiKeys(): DomainError {
  return denied('An API key is good for asking, reading and listing only; for anything else, sign in.');
}

/** Writes to the audit log that somebody was refused a procedure. */
export function recordDenial(
  { services }: Context,
  caller: PersonCaller | ApiKeyCaller,
  procedure: string,
): Promise<void> {
  return recordAudit(services.database.kysely, caller, 'access.denied', { details: { procedure } });
}

/** The same for a call that answers one by one what it was asked, where any of that was denied. */
export async function recordDeniedItems<Item extends { error: ItemError | null }>(
  ctx: Context & { caller: PersonCaller | ApiKeyCaller },
  procedure: string,
  answer: ItemList<Item>,
): Promise<ItemList<Item>> {
  const isDenied = answer.items.some(({ error }) => error?.code === 'FORBIDDEN');
  if (isDenied) await recordDenial(ctx, ctx.caller, procedure);
  return answer;
}

/**
 * The person who calls, asked before a procedure is.
 * @throws DomainError `UNAUTHENTICATED`, `SESSION_EXPIRED`; `FORBIDDEN` to an API key, which is written down
 */
export async function requirePerson(ctx: Context, procedure: string): Promise<Principal> {
  const identity = await ctx.authenticate();
  if ('principal' in identity) return identity.principal;
  await recordDenial(ctx, { ...ctx.caller, ...identity }, procedure);
  throw deniedToApiKeys();
}
