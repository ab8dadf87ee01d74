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
  /** The HTTP status of the answer. */
  status?: number | undefined;
  fields?: FieldErrors | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  /** What went wrong underneath, such as the error of `fetch`. */
  cause?: unknown;
}

// Not `instanceof`: a page can hold the package twice, as ES module and as CommonJS.
const BRAND: unique symbol = Symbol.for('truconn.error') as never;

/**
 * What every call rejects with. `docs/errors.md` says for each code when it happens and what to do.
 * @example
 * import { isTruConnError } from '@truconn/sdk';
 *
 * try {
 *   await truconn.consent.grant({ categoryId: 4, expiresAt: '2001-01-01T00:00:00Z' });
 * } catch (error) {
 *   if (isTruConnError(error, 'INVALID_INPUT')) console.log(error.fields);
 *   else throw error;
 * }
 */
export class TruConnError<Code extends TruConnErrorCode = TruConnErrorCode> extends Error {
  override readonly name = 'TruConnError';
  /** What happened: programs go by this, and not by the message. */
  declare readonly code: Code;
  /** The HTTP status; `undefined` when no answer came. */
  declare readonly status: number | undefined;
  /** For each wrong field the sentences that say why; `INVALID_INPUT` and its like have it. */
  declare readonly fields: FieldErrors | undefined;
  /** Quote it when you report the error: the server's log has it. */
  declare readonly requestId: string | undefined;
  /** Whole seconds to wait before trying again. */
  declare readonly retryAfterSeconds: number | undefined;
  /** @internal */
  readonly [BRAND] = true;

  constructor(code: Code, { message, ...rest }: TruConnErrorInit) {
    super(message);
    Object.assign(this, rest, { code });
  }
}

/**
 * Whether something caught is an error of TruConn, and, with codes, whether it has one of them.
 * @param error whatever was thrown
 * @param codes one or more codes; any unless told
 * @example
 * import { isTruConnError } from '@truconn/sdk';
 *
 * const terms = { userId: '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b', categoryId: 4, purpose: 'Treatment' };
 * const request = await truconn.orgAccess.request(terms).catch((error: unknown) => {
 *   // Here `error.code` is 'CONSENT_NOT_GRANTED': the person has to grant the category first.
 *   if (isTruConnError(error, 'CONSENT_NOT_GRANTED')) return null;
 *   throw error;
 * });
 */
export function isTruConnError<Code extends TruConnErrorCode = TruConnErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is TruConnError<Code> {
  const known = error as TruConnError<Code> | null | undefined;
  return known?.[BRAND] === true && (codes.length === 0 || codes.includes(known.code));
}
