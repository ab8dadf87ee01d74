import type { TRPCClientError } from '@trpc/client';
import type { ErrorData } from '@truconn/contract';
import type { AppRouter } from '../app-router.ts';
import { TruConnError } from '../errors.ts';

type Answer = Pick<Response, 'status' | 'headers'>;

/** Whatever a call fails with, as an error of this package. */
export function toTruConnError(error: unknown): TruConnError {
  if (error instanceof TruConnError) return error;
  const { cause, data, message = '', meta } = error as Partial<TRPCClientError<AppRouter>>;
  if (cause instanceof TruConnError) return cause;
  const answer = meta?.response as Answer | undefined;
  // `Missing result`: tRPC's words where a batch was answered with fewer results than it had calls.
  if (answer || message === 'Missing result' || error instanceof SyntaxError)
    return answerError(answer, { message, data });
  // Nothing was sent: an input that has no JSON form, or headers that could not be made.
  return new TruConnError('INVALID_INPUT', { message, cause: cause ?? error });
}

/**
 * The error that an answer of the server tells; `INVALID_RESPONSE` when it tells none, and so is a proxy's page or
 * half of something.
 */
export function answerError(
  answer: Answer | undefined,
  shape?: { message?: string; data?: Partial<ErrorData> | null | undefined },
): TruConnError {
  const { code, httpStatus, fields, requestId, retryAfterSeconds } = shape?.data ?? {};
  const isOurs = code && httpStatus;
  const status = isOurs ? httpStatus : answer?.status;
  return new TruConnError(isOurs ? code : 'INVALID_RESPONSE', {
    message: (isOurs && shape?.message) || `What answered is not TruConn (status ${status}); check baseUrl.`,
    status,
    fields,
    requestId,
    retryAfterSeconds: secondsOf(retryAfterSeconds ?? answer?.headers.get('retry-after')),
  });
}

/** The error of a connection that could not be made, or broke. */
export function networkError(cause?: unknown): TruConnError {
  return new TruConnError('NETWORK_ERROR', {
    message: 'The server was not reached, or the connection broke.',
    cause,
  });
}

// Whole seconds, as the server and what stands before it say it; the other form, a date (RFC 9110, 10.2.3), is left to
// the client's own delays.
function secondsOf(retryAfter: unknown): number | undefined {
  const seconds = Math.ceil(Number(retryAfter));
  return seconds > 0 ? seconds : undefined;
}
