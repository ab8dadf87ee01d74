import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';

/** A procedure whose input and output are known. */
export type TypedProcedure<Input, Output> = AnyTRPCProcedure & {
  _def: { $types: { input: Input; output: Output } };
};

/** A procedure with the name that its middlewares are told. */
export interface NamedProcedure<Procedure = AnyTRPCProcedure> {
  path: string;
  procedure: Procedure;
}

/** The procedure that a router has under this name. */
export function procedureAt(router: AnyTRPCRouter, path: string): AnyTRPCProcedure | undefined {
  const procedures: Record<string, AnyTRPCProcedure> = router._def.procedures;
  // Own names only: the path may be a client's, and every object has a `constructor`.
  return Object.hasOwn(procedures, path) ? procedures[path] : undefined;
}

/** The name that a router has this procedure under. */
export function nameProcedure<Procedure extends AnyTRPCProcedure>(
  router: AnyTRPCRouter,
  procedure: Procedure,
): NamedProcedure<Procedure> {
  const procedures: Record<string, AnyTRPCProcedure> = router._def.procedures;
  const path = Object.keys(procedures).find((name) => procedures[name] === procedure);
  if (path === undefined) throw new TypeError('The router has no such procedure.');
  return { path, procedure };
}

/**
 * Runs a procedure with its middlewares and its input and output schemas, as tRPC's HTTP handler and its
 * server-side caller do. The caller finds it through proxies and a promise at each call.
 * @throws TRPCError
 */
export function callProcedure<Input, Output>(
  { path, procedure }: NamedProcedure<TypedProcedure<Input, Output>>,
  { ctx, input, batchIndex = 0 }: { ctx: object; input: Input; batchIndex?: number },
): Promise<Output> {
  const getRawInput = async () => input;
  // No signal: a call that has begun runs to its end, whether or not its client waits for it.
  return procedure({ path, type: procedure._def.type, ctx, getRawInput, batchIndex, signal: undefined });
}
