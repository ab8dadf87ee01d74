import { TRPCClientError } from '@trpc/client';
import type { ErrorData } from '@truconn/contract';
import { TruConnError } from '../errors.ts';
import { invalidResponse, type JsonResponse, secondsOf } from './fetch-json.ts';

/** Whatever tRPC's client rejects with, as an error of this package. */
export function toTruConnError(error: unknown): TruConnError {
  if (error instanceof TruConnError) return error;
  if (!(error instanceof TRPCClientError)) return unexpected(error);
  if (error.cause instanceof TruConnError) return error.cause;
  const response = error.meta?.response as JsonResponse | undefined;
  const data = error.data as Partial<ErrorData> | null | undefined;
  if (isErrorData(data)) return fromErrorData(error.message, data, response?.headers);
  return response === undefined ? unexpected(error) : invalidResponse(response, 'JSON of another kind');
}

/** The error that an answer of the server tells. */
export function fromErrorData(message: string, data: ErrorData, headers?: Headers): TruConnError {
  return new TruConnError(data.code, {
    message,
    status: data.httpStatus,
    fields: data.fields,
    requestId: data.requestId,
    retryAfterSeconds: data.retryAfterSeconds ?? secondsOf(headers?.get('retry-after') ?? null),
  });
}

/** Whether this is what `error.data` holds in an answer of the server. */
export function isErrorData(data: Partial<ErrorData> | null | undefined): data is ErrorData {
  return typeof data?.code === 'string' && typeof data.httpStatus === 'number';
}

// Such as an input that has no JSON form: nothing was sent, or nothing is known of it.
function unexpected(cause: unknown): TruConnError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TruConnError('INVALID_INPUT', { message: `The call could not be sent: ${message}`, cause });
}
