import type { AnyTRPCProcedure } from '@trpc/server';
import type { Json } from '@truconn/contract';
import type { z } from 'zod';
import { findOutcome, keepOutcome } from '../domain/idempotency/kept-outcomes.ts';
import { toKeyedCall } from '../domain/idempotency/keyed-call.ts';
import { callProcedure, type NamedProcedure } from './call-procedure.ts';
import type { Context } from './context.ts';

interface Call {
  ctx: Context;
  /** As it was sent. */
  input: unknown;
  batchIndex?: number;
}

/**
 * Runs a procedure, and a mutation under a key once: who repeats the call within 24 hours gets the first one's
 * answer, before the procedure's guards and limits, because it was theirs. `auth` takes no keys: an answer of its
 * own may hold a credential.
 *
 * What the procedure answers must be what its one transaction comes to, as its output schema lets it through.
 * @throws DomainError `INVALID_INPUT` on `Idempotency-Key`, `IDEMPOTENCY_CONFLICT`, the kept refusal, `RATE_LIMITED`
 *   for too many new keys; TRPCError
 */
export async function callOnce(named: NamedProcedure, call: Call): Promise<unknown> {
  const { path, procedure } = named;
  const { idempotencyKey: key, services, authenticate } = call.ctx;
  if (key === undefined || procedure._def.type !== 'mutation' || path.startsWith('auth.')) {
    return callProcedure(named, call);
  }
  const { userId, role } = await authenticate();
  // Answers about other people's accounts are for administrators, and for none who was one: the guard says so.
  if (path.startsWith('admin.') && role !== 'ADMIN') return callProcedure(named, call);
  // The guard has parsed the input: it is JSON.
  const keyed = toKeyedCall(userId, path, { key, input: call.input as Json | undefined });
  // Twins wait here and not at the database, where each would hold a connection.
  return services.turns.run(`key ${userId} ${path} ${key}`, async () => {
    const kept = await findOutcome(services.database.kysely, keyed);
    if (kept !== undefined) return outputOf(procedure).parseAsync(kept.result);
    await services.limits.charge(call.ctx.caller, 'idempotency_key', userId);
    const database = keepOutcome(services.database, keyed);
    return callProcedure(named, { ...call, ctx: { ...call.ctx, services: { ...services, database } } });
  });
}

// tRPC's type leaves out what the builder was given; a test holds that every procedure declares an output in zod.
function outputOf(procedure: AnyTRPCProcedure): z.ZodType {
  return (procedure._def as unknown as { output: z.ZodType }).output;
}
