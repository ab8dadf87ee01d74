import type { TRPCError } from '@trpc/server';
import { type TrpcErrorShape, trpcErrorShape } from '../errors/error-bodies.ts';
import { translateError } from '../errors/translate-error.ts';

// Errors before the context exists (a malformed batch, a context that fails) need the id as well.
const requestIds = new WeakMap<TRPCError, string>();

/** Lets `formatTrpcError` name the request although no context was made; call it in `onError`. */
export function rememberRequestId(error: TRPCError, requestId: string): void {
  requestIds.set(error, requestId);
}

/**
 * tRPC's `errorFormatter`. `DomainError`s, zod's findings and database failures get their code,
 * everything unknown is `INTERNAL`; no stack, no path, no foreign message leaves. tRPC takes the
 * answer's HTTP status from `data.httpStatus` (a batch of different ones is 207).
 * @example initTRPC.context<{ requestId: string }>().create({ errorFormatter: formatTrpcError })
 */
export function formatTrpcError(failure: {
  error: TRPCError;
  ctx?: { requestId: string } | undefined;
  input: unknown;
}): TrpcErrorShape {
  const { error, ctx, input } = failure;
  const requestId = ctx?.requestId ?? requestIds.get(error) ?? 'unknown';
  return trpcErrorShape(translateError(error, { value: input }), requestId);
}
