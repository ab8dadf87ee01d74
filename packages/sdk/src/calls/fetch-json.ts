import { TruConnError } from '../errors.ts';

/** What tRPC's links ask of an answer. */
export interface JsonResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/** `fetch` with the client's own settings: credentials, and the caller's implementation. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Fetches an answer and reads it to its end, so that everything that can go wrong on the way has its code here.
 * @throws TruConnError `NETWORK_ERROR`, `INVALID_RESPONSE`; what a signal aborted is thrown as it is
 */
export async function fetchJson(fetch: Fetch, url: string, init: RequestInit): Promise<JsonResponse> {
  const response = await reached(init, () => fetch(url, init));
  const text = await reached(init, () => response.text());
  const value = parse(text, response);
  const { status, ok, headers } = response;
  return { status, ok, headers, json: async () => value, text: async () => text };
}

/**
 * The error of an answer that is not one of TruConn's.
 * @param what what it is instead
 */
export function invalidResponse(response: Pick<Response, 'status' | 'headers'>, what: string): TruConnError {
  const type = response.headers.get('content-type') ?? 'no content type';
  return new TruConnError('INVALID_RESPONSE', {
    message: `What answered is not TruConn: ${what} (status ${response.status}, ${type}). Check baseUrl and what stands between.`,
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: secondsOf(response.headers.get('retry-after')),
  });
}

/** The seconds of a `Retry-After` header (RFC 9110, 10.2.3), given as seconds or as a date. */
export function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

async function reached<Result>(init: RequestInit, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw networkError(cause);
  }
}

/** The error of a connection that could not be made, or broke. */
export function networkError(cause: unknown): TruConnError {
  return new TruConnError('NETWORK_ERROR', {
    message: 'The server could not be reached, or the connection broke; check the network and baseUrl.',
    cause,
  });
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidResponse(response, text === '' ? 'an empty answer' : 'no JSON');
  }
}
