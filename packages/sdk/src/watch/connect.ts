import type { ErrorData } from '@truconn/contract';
import type { WatchInput } from '../api/calls.ts';
import { startDeadline } from '../calls/deadline.ts';
import { type Fetch, invalidResponse, networkError } from '../calls/fetch-json.ts';
import { fromErrorData, isErrorData } from '../calls/to-truconn-error.ts';
import type { TruConnError } from '../errors.ts';

/** Where a stream comes from. */
export interface StreamRequest {
  url: string;
  fetch: Fetch;
  headers: Record<string, string>;
  input: WatchInput;
  /** Ends the connection, also once it stands. */
  signal: AbortSignal;
  /** How long the answer's beginning may take. */
  timeoutMs: number;
}

/** A connection that stands. */
export interface Connection {
  body: ReadableStream<Uint8Array>;
  /** The id of the last event before the stream's first. */
  lastEventId: string | null;
}

/**
 * Opens a stream of events. `fetch` and not EventSource: that would put no credential into a header, and not every
 * runtime has one.
 * @throws TruConnError
 */
export async function connect(request: StreamRequest): Promise<Connection> {
  const { url, input, signal, headers, timeoutMs } = request;
  const query = input.lastEventId === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const deadline = startDeadline(timeoutMs, signal);
  try {
    const response = await deadline.race(
      reached(
        request.fetch(`${url}${query}`, {
          method: 'GET',
          headers: { ...headers, accept: 'text/event-stream' },
          signal,
        }),
      ),
    );
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (!response.ok || !isStream || response.body === null) throw await refusal(response, deadline.race);
    return { body: response.body, lastEventId: response.headers.get('last-event-id') };
  } finally {
    deadline.end();
  }
}

async function reached(response: Promise<Response>): Promise<Response> {
  try {
    return await response;
  } catch (cause) {
    throw networkError(cause);
  }
}

async function refusal(
  response: Response,
  race: <Result>(work: Promise<Result>) => Promise<Result>,
): Promise<TruConnError> {
  const text = await race(response.text().catch((cause) => Promise.reject(networkError(cause))));
  return errorIn(text, response.headers) ?? invalidResponse(response, 'no stream of events');
}

/** The error that an answer or an event holds, in tRPC's shape. */
export function errorIn(text: string, headers?: Headers): TruConnError | undefined {
  try {
    const value = JSON.parse(text) as { error?: ErrorShape } & ErrorShape;
    const { message = '', data } = value.error ?? value;
    return isErrorData(data) ? fromErrorData(message, data, headers) : undefined;
  } catch {
    return undefined;
  }
}

interface ErrorShape {
  message?: string;
  data?: Partial<ErrorData>;
}
