import type { Operation } from '@trpc/client';
import type { HeadersOption } from '../options.ts';
import type { SessionKeeper } from '../session/keeper.ts';
import { type CallContext, isPublic } from './call-context.ts';

/** The headers of a request: the client's, the credential's, and those of its only call. */
export async function requestHeaders(
  ops: readonly Pick<Operation, 'path' | 'context'>[],
  keeper: SessionKeeper,
  option: HeadersOption | undefined,
): Promise<Record<string, string>> {
  const own = typeof option === 'function' ? await option() : option;
  const { options } = (ops[0]?.context ?? {}) as CallContext;
  const isForNobody = ops.every((op) => isPublic(op.path));
  return {
    ...own,
    ...(isForNobody ? {} : keeper.credential.headers),
    ...options?.headers,
    ...(options?.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
  };
}
