import { httpBatchLink, httpLink, TRPCUntypedClient } from '@trpc/client';
import type { AppRouter } from '../app-router.ts';
import { MAX_BATCH_CALLS, MAX_URL_LENGTH } from '../numbers.ts';
import type { HeadersOption } from '../options.ts';
import { type Fetch, readJson } from './read-json.ts';
import { networkError } from './to-truconn-error.ts';

type Client = TRPCUntypedClient<AppRouter>;
type Token = string | undefined;

/** How requests leave. */
export interface Transport {
  /**
   * Begins a request; its answer is the caller's to read.
   * @throws TruConnError `NETWORK_ERROR`; what `headers` throws
   */
  openStream(
    path: string,
    accessToken: Token,
    own: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response>;
  /** @param own headers of the call, which then travels alone; without, queries of one moment share a request */
  clientFor(accessToken: Token, own?: Record<string, string>): Client;
}

export function createTransport(url: string, fetch: Fetch, option: HeadersOption | undefined): Transport {
  // The client's, the credential's, and those of the only call.
  const headersOf = async (accessToken: Token, own?: Record<string, string>) => ({
    ...(typeof option === 'function' ? await option() : option),
    ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    ...own,
  });
  let batching: Client | undefined;
  let batchingFor: Token;
  return {
    async openStream(path, accessToken, own, signal) {
      const headers = await headersOf(accessToken, own);
      return fetch(`${url}/${path}`, { headers, signal }).catch((cause) => {
        throw networkError(cause);
      });
    },
    clientFor(accessToken, own) {
      const options = {
        url,
        fetch: (input: unknown, init: unknown) => readJson(fetch(input as string, init as RequestInit)),
        headers: () => headersOf(accessToken, own),
        maxItems: MAX_BATCH_CALLS,
        maxURLLength: MAX_URL_LENGTH,
      };
      if (own) return new TRPCUntypedClient({ links: [httpLink(options)] });
      // A batch is one token's: what is asked as one person never travels as another.
      if (!batching || batchingFor !== accessToken) {
        batching = new TRPCUntypedClient({ links: [httpBatchLink(options)] });
        batchingFor = accessToken;
      }
      return batching;
    },
  };
}
