import type { ErrorCode, FieldErrors } from '@truconn/contract';

/** Codes of what goes wrong on the way to the server, and so is in none of its answers. */
export type ClientErrorCode =
  /** The server could not be reached, or the connection broke before the answer was whole. */
  | 'NETWORK_ERROR'
  /** The call took longer than its `timeoutMs`. */
  | 'TIMEOUT'
  /** The caller's `signal` gave the call up. */
  | 'ABORTED'
  /** What answered is not TruConn, or not whole: a proxy's page, for example. */
  | 'INVALID_RESPONSE'
  /** The storage adapter threw. */
  | 'STORAGE_FAILED';

/** Every code that a `TruConnError` can have: the server's registry, and the client's own. */
export type TruConnErrorCode = ErrorCode | ClientErrorCode;

/** What a `TruConnError` is made of. */
export interface TruConnErrorInit {
  message: string;
  status?: number | undefined;
  fields?: FieldErrors | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

// Not `instanceof`: a page can hold the package twice, as ES module and as CommonJS.
const BRAND: unique symbol = Symbol.for('truconn.error') as never;

/**
 * What every call rejects with.
 * @example
 * try {
 *   await truconn.consent.grant({ categoryId: 4 });
 * } catch (error) {
 *   if (isTruConnError(error, 'INVALID_INPUT')) console.log(error.fields);
 *   else throw error;
 * }
 */
export class TruConnError<Code extends TruConnErrorCode = TruConnErrorCode> extends Error {
  override readonly name = 'TruConnError';
  /** What happened; `docs/errors.md` has a section for each. */
  readonly code: Code;
  /** The HTTP status; `undefined` when no answer came. */
  readonly status: number | undefined;
  /** For each wrong field the sentences that say why; `INVALID_INPUT` and its like have it. */
  readonly fields: FieldErrors | undefined;
  /** Quote it when you report the error: the server's log has it. */
  readonly requestId: string | undefined;
  /** Whole seconds to wait before trying again. */
  readonly retryAfterSeconds: number | undefined;
  /** @internal */
  readonly [BRAND] = true;

  constructor(code: Code, init: TruConnErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.status = init.status;
    this.fields = init.fields;
    this.requestId = init.requestId;
    this.retryAfterSeconds = init.retryAfterSeconds;
  }
}

/**
 * Whether something caught is an error of TruConn, and, with codes, whether it has one of them.
 * @param error whatever was thrown
 * @param codes one or more codes; any unless told
 * @example
 * if (isTruConnError(error, 'CONSENT_NOT_GRANTED')) showConsentDialog();
 * else if (isTruConnError(error, 'RATE_LIMITED')) wait(error.retryAfterSeconds);
 */
export function isTruConnError<Code extends TruConnErrorCode = TruConnErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is TruConnError<Code> {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return codes.length === 0 || codes.includes((error as TruConnError<Code>).code);
}
