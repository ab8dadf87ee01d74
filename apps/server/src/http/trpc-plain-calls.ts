import { type AnyTRPCRouter, getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from '@trpc/server';
import type { FastifyRequest } from 'fastify';
import type { TrpcErrorShape } from '../errors/error-bodies.ts';
import { type NamedProcedure, procedureAt } from '../trpc/call-procedure.ts';
import { type TrpcCalls, wantsStream } from './trpc-guard.ts';
import { queryOf } from './url.ts';

/** A query or a mutation with its input, ready to run. */
export interface PlainCall extends NamedProcedure {
  input: unknown;
}

/** What the calls of one request came to. */
export interface PlainAnswer {
  status: number;
  errors: TRPCError[];
  body: string;
}

/** Runs one call with all that stands before it. */
export type CallProcedure<Ctx extends object> = (
  procedure: NamedProcedure,
  call: { ctx: Ctx; input: unknown; batchIndex: number },
) => Promise<unknown>;

export interface RunOptions<Ctx extends object> {
  router: AnyTRPCRouter;
  ctx: Ctx;
  call: CallProcedure<Ctx>;
  isBatch: boolean;
  onError: (error: TRPCError) => void;
}

const TYPES: Record<string, string> = { GET: 'query', POST: 'mutation' };

/**
 * The calls of a request, if all are queries asked by GET or all mutations by POST, and their answer
 * is wanted whole. Undefined for all else: streams, unknown names, wrong methods, malformed batches.
 * @param request has passed `trpcGuard`
 */
export function findPlainCalls(
  router: AnyTRPCRouter,
  request: FastifyRequest,
  { paths, isBatch }: TrpcCalls,
): PlainCall[] | undefined {
  if (isBatch && wantsStream(request.headers)) return undefined;
  const type = TYPES[request.method];
  const inputs = readInputs(request, isBatch);
  const calls: PlainCall[] = [];
  for (const [index, path] of paths.entries()) {
    const procedure = procedureAt(router, path);
    if (inputs === undefined || procedure === undefined || procedure._def.type !== type) return undefined;
    calls.push({ path, procedure, input: inputs[index] });
  }
  return calls;
}

/**
 * Runs the calls side by side and answers in tRPC's shape, as `resolveResponse` does: different
 * outcomes of a batch are 207.
 */
export async function runPlainCalls<Ctx extends object>(
  calls: readonly PlainCall[],
  options: RunOptions<Ctx>,
): Promise<PlainAnswer> {
  const outcomes = await Promise.all(calls.map((plain, index) => runCall(plain, index, options)));
  const statuses = new Set(outcomes.map(({ status }) => status));
  const [status = 200] = statuses;
  const items = outcomes.map(({ item }) => item);
  return {
    status: statuses.size > 1 ? 207 : status,
    errors: outcomes.flatMap(({ error }) => error ?? []),
    body: JSON.stringify(options.isBatch ? items : items[0]),
  };
}

interface Outcome {
  status: number;
  item: { result: { data: unknown } } | { error: TrpcErrorShape };
  error?: TRPCError;
}

async function runCall<Ctx extends object>(
  plain: PlainCall,
  batchIndex: number,
  { router, ctx, call, onError }: RunOptions<Ctx>,
): Promise<Outcome> {
  const { path, procedure, input } = plain;
  try {
    const data = await call(plain, { ctx, input, batchIndex });
    return { status: 200, item: { result: { data } } };
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    onError(error);
    const config = router._def._config;
    const { type } = procedure._def;
    const shape: TrpcErrorShape = getTRPCErrorShape({ config, error, type, path, input, ctx });
    return { status: shape.data.httpStatus, item: { error: shape }, error };
  }
}

/**
 * Inputs by the index of their call; undefined when a batch's input is no object. The guard has parsed the same
 * text before, so this does not fail.
 */
export function readInputs(request: FastifyRequest, isBatch: boolean): Record<number, unknown> | undefined {
  const text =
    request.method === 'GET'
      ? new URLSearchParams(queryOf(request.raw.url)).get('input')
      : (request.body as string | undefined);
  if (!text) return {};
  const input: unknown = JSON.parse(text);
  if (!isBatch) return [input];
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? (input as Record<number, unknown>) : undefined;
}
