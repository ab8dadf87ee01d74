import {
  type TRPC_ERROR_CODE_KEY,
  type TRPC_ERROR_CODE_NUMBER,
  TRPC_ERROR_CODES_BY_KEY,
} from '@trpc/server/rpc';
import type { ErrorData } from '@truconn/contract';
import { type RestError, toRestError } from './rest-errors.ts';
import type { TranslatedError } from './translate-error.ts';

/** What `error` holds in every tRPC answer that is one. */
export interface TrpcErrorShape {
  message: string;
  code: TRPC_ERROR_CODE_NUMBER;
  data: ErrorData;
}

const TRPC_KEYS: Record<number, TRPC_ERROR_CODE_KEY> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

/** tRPC's own shape; its HTTP status is taken from `data.httpStatus`. */
export function trpcErrorShape(error: TranslatedError, requestId: string): TrpcErrorShape {
  return {
    message: error.message,
    code: TRPC_ERROR_CODES_BY_KEY[TRPC_KEYS[error.status] ?? 'BAD_REQUEST'],
    data: {
      code: error.code,
      httpStatus: error.status,
      requestId,
      ...(error.fields !== undefined && { fields: error.fields }),
      ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    },
  };
}

/** True for a URL of the tRPC face, which answers errors in tRPC's shape. */
export function isTrpcUrl(url: string): boolean {
  return /^\/trpc(?:[/?#]|$)/.test(url);
}

/** A refusal, in the shape of the face that `url` belongs to. */
export function errorAnswer(error: TranslatedError, requestId: string, url: string): RestError {
  if (!isTrpcUrl(url)) return toRestError(error, requestId);
  return { status: error.status, body: { error: trpcErrorShape(error, requestId) } };
}
