import { httpBatchLink, httpLink, type Operation, splitLink, type TRPCLink } from '@trpc/client';
import type { AppRouter } from '../app-router.ts';
import type { CallContext } from './call-context.ts';
import type { Fetch } from './fetch-json.ts';
import { fetchJson } from './fetch-json.ts';

/** The server takes ten calls a batch. */
const MAX_BATCH_CALLS = 10;
/** Well below what servers and what stands between take. */
const MAX_URL_LENGTH = 2_000;

export interface HttpLinkOptions {
  url: string;
  fetch: Fetch;
  /** The headers of a request that carries these calls. */
  headers: (ops: readonly Operation[]) => Promise<Record<string, string>>;
}

/**
 * Sends calls. Queries of one moment share a request; mutations, which can carry an idempotency key, and calls with
 * headers of their own travel alone.
 */
export function httpLinks({ url, fetch, headers }: HttpLinkOptions): TRPCLink<AppRouter> {
  const base = {
    url,
    fetch: (input: unknown, init: unknown) => fetchJson(fetch, String(input), init as RequestInit),
  };
  return splitLink({
    condition: (op) => op.type === 'query' && !(op.context as CallContext).options?.headers,
    true: httpBatchLink({
      ...base,
      maxItems: MAX_BATCH_CALLS,
      maxURLLength: MAX_URL_LENGTH,
      headers: ({ opList }) => headers(opList),
    }),
    false: httpLink({ ...base, headers: ({ op }) => headers([op]) }),
  });
}
