import { ERROR_CODES, type ErrorCode, type FieldErrors } from '@truconn/contract';

/** What else an error tells its caller. */
export interface DomainErrorDetails {
  /** A sentence that says more than the code's own; never holds personal data or internals. */
  message?: string;
  fields?: FieldErrors;
  retryAfterSeconds?: number;
  /** What is logged in its place, and never told. */
  cause?: unknown;
}

/**
 * Says what happened, not which status: the two edges (tRPC and REST) translate it
 * through the registry of codes.
 * @example throw new DomainError('CONSENT_NOT_GRANTED')
 * @example throw new DomainError('EMAIL_TAKEN', { fields: { email: ['…'] } })
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldErrors | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, details: DomainErrorDetails = {}) {
    super(details.message ?? ERROR_CODES[code].message, { cause: details.cause });
    this.name = 'DomainError';
    this.code = code;
    this.fields = details.fields;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** `INVALID_INPUT` on one field. */
export function invalidField(field: string, sentence: string): DomainError {
  return new DomainError('INVALID_INPUT', { fields: { [field]: [sentence] } });
}
