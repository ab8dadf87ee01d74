import type { AnyTRPCProcedure } from '@trpc/server';
import type { Json } from '@truconn/contract';
import type { z } from 'zod';
import type { Identity } from '../domain/caller.ts';
import { findOutcome, keepOutcome } from '../domain/idempotency/kept-outcomes.ts';
import { idOf, keyOwnerOf, toKeyedCall } from '../domain/idempotency/keyed-call.ts';
import { callProcedure, type NamedProcedure } from './call-procedure.ts';
import type { Context } from './context.ts';
import type { ProcedureMeta } from './init.ts';

interface Call {
  ctx: Context;
  /** As it was sent. */
  input: unknown;
  batchIndex?: number;
}

/**
 * Runs a procedure, and a mutation under a key once: who repeats the call within 24 hours gets the first one's
 * answer, before the procedure's guards and limits, because it was theirs. `auth` takes no keys: an answer of its
 * own may hold a credential. `ProcedureMeta.outcome` says what else is kept in part, or not at all.
 *
 * What the procedure answers must be what its one transaction comes to, as its output schema lets it through.
 * @throws DomainError `INVALID_INPUT` on `Idempotency-Key`, `IDEMPOTENCY_CONFLICT`, the kept refusal, `RATE_LIMITED`
 *   for too many new keys; TRPCError
 */
export async function callOnce(named: NamedProcedure, call: Call): Promise<unknown> {
  const { path, procedure } = named;
  const { idempotencyKey: key, services, authenticate } = call.ctx;
  const { outcome } = metaOf(procedure);
  const takesKey = procedure._def.type === 'mutation' && !path.startsWith('auth.') && outcome !== 'none';
  if (key === undefined || !takesKey) return callProcedure(named, call);
  const identity = await authenticate();
  // Answers about other people's accounts are for administrators, and for none who was one: the guard says so.
  if (path.startsWith('admin.') && !isAdmin(identity)) return callProcedure(named, call);
  const owner = keyOwnerOf(identity);
  // The guard has parsed the input: it is JSON.
  const keyed = toKeyedCall(owner, path, { key, input: call.input as Json | undefined }, services.envelope);
  // Twins wait here and not at the database, where each would hold a connection.
  return services.turns.run(`key ${idOf(owner)} ${path} ${key}`, async () => {
    const kept = await findOutcome(services.database.kysely, keyed);
    const withoutData = outcome === 'without data';
    if (kept !== undefined && !withoutData) return outputOf(procedure).parseAsync(kept.result);
    if (kept === undefined) await services.limits.charge(call.ctx.caller, 'idempotency_key', idOf(owner));
    const database = keepOutcome(services.database, keyed, { withoutData });
    return callProcedure(named, { ...call, ctx: { ...call.ctx, services: { ...services, database } } });
  });
}

function isAdmin(identity: Identity): boolean {
  return 'principal' in identity && identity.principal.role === 'ADMIN';
}

function metaOf(procedure: AnyTRPCProcedure): ProcedureMeta {
  // `any` in tRPC's type of any procedure; `trpc/init.ts` gives all of ours this one.
  return procedure.meta ?? {};
}

// tRPC's type leaves out what the builder was given; a test holds that every procedure declares an output in zod.
function outputOf(procedure: AnyTRPCProcedure): z.ZodType {
  return (procedure._def as unknown as { output: z.ZodType }).output;
}
