import { TRPCError } from '@trpc/server';
import { ERROR_CODES, type ErrorCode, type FieldErrors } from '@truconn/contract';
import { z } from 'zod';
import { DomainError } from '../domain/domain-error.ts';
import { isDatabaseUnavailable } from './database-errors.ts';
import { ROOT_FIELD } from './root-field.ts';
import { fieldsOfZodError } from './zod-fields.ts';

/** An error as its caller may know it. */
export interface TranslatedError {
  code: ErrorCode;
  status: number;
  message: string;
  fields: FieldErrors | undefined;
  retryAfterSeconds: number | undefined;
}

const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  RATE_LIMITED: 10,
  OVERLOADED: 1,
  UNAVAILABLE: 2,
};

const FASTIFY_CODES: Record<string, ErrorCode> = {
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
  FST_ERR_BAD_URL: 'INVALID_INPUT',
  FST_ERR_VALIDATION: 'INVALID_INPUT',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'INVALID_INPUT',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_INPUT',
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_INPUT',
  FST_ERR_HANDLER_TIMEOUT: 'UNAVAILABLE',
};

// What tRPC throws by itself. Its messages name paths and internals, so only its codes pass.
const TRPC_CODES: Partial<Record<TRPCError['code'], ErrorCode>> = {
  PARSE_ERROR: 'INVALID_INPUT',
  BAD_REQUEST: 'INVALID_INPUT',
  UNPROCESSABLE_CONTENT: 'INVALID_INPUT',
  UNAUTHORIZED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  TIMEOUT: 'REQUEST_TIMEOUT',
  CLIENT_CLOSED_REQUEST: 'REQUEST_TIMEOUT',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  TOO_MANY_REQUESTS: 'RATE_LIMITED',
  SERVICE_UNAVAILABLE: 'UNAVAILABLE',
};

/**
 * The one translator from anything thrown to what may leave the server, through the registry
 * of codes. What it does not know is `INTERNAL` with the registry's sentence alone.
 * @param input a procedure's raw input, if known, for better sentences on missing fields
 */
export function translateError(thrown: unknown, input?: { value: unknown }): TranslatedError {
  if (thrown instanceof DomainError) return translated(thrown.code, thrown);
  if (thrown instanceof TRPCError) return translateTrpcError(thrown, input);
  if (isDatabaseUnavailable(thrown)) return translated('UNAVAILABLE');
  if (thrown instanceof Error) return translateFastifyError(thrown);
  return translated('INTERNAL');
}

function translateTrpcError(error: TRPCError, input: { value: unknown } | undefined): TranslatedError {
  const { cause, code } = error;
  if (cause instanceof DomainError) return translated(cause.code, cause);
  if (isDatabaseUnavailable(cause)) return translated('UNAVAILABLE');
  if (code === 'BAD_REQUEST' && cause instanceof z.core.$ZodError) {
    return translated('INVALID_INPUT', { fields: fieldsOfZodError(cause, input) });
  }
  const known = TRPC_CODES[code] ?? 'INTERNAL';
  if (known !== 'INVALID_INPUT') return translated(known);
  return translated(known, { fields: { [ROOT_FIELD]: ['This is not a well-formed call.'] } });
}

function translateFastifyError(error: Error & { code?: unknown }): TranslatedError {
  // The client hung up while its body was read; nobody reads this answer.
  if (error.code === 'ECONNRESET' && error.message === 'aborted') return translated('REQUEST_TIMEOUT');
  const known = typeof error.code === 'string' ? FASTIFY_CODES[error.code] : undefined;
  if (known !== 'INVALID_INPUT') return translated(known ?? 'INTERNAL');
  return translated(known, { fields: { [ROOT_FIELD]: ['This is not a well-formed request.'] } });
}

interface Details {
  message?: string;
  fields?: FieldErrors | undefined;
  retryAfterSeconds?: number | undefined;
}

function translated(code: ErrorCode, details: Details = {}): TranslatedError {
  return {
    code,
    status: ERROR_CODES[code].status,
    message: details.message ?? ERROR_CODES[code].message,
    fields: details.fields,
    retryAfterSeconds: details.retryAfterSeconds ?? RETRY_AFTER_SECONDS[code],
  };
}

/** The headers that go with an error: when to try again, and how to sign in (RFC 9110 11.6.1). */
export function errorHeaders(error: TranslatedError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterSeconds)));
  }
  if (error.status === 401) headers['www-authenticate'] = 'Bearer realm="truconn"';
  return headers;
}
