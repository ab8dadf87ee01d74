/**
 * Every error that leaves TruConn, over tRPC and over REST, has one of these codes.
 * This table is the only place that maps a code to a status and a sentence;
 * `docs/errors.md` has a section for each, and a test compares the two.
 */
export const ERROR_CODES = {
  INVALID_INPUT: { status: 400, message: 'The input is not valid; the fields say what to change.' },
  BATCH_TOO_LARGE: { status: 400, message: 'A batch holds at most ten calls; send fewer at a time.' },
  HOST_REFUSED: { status: 400, message: 'This server does not answer for that host name.' },
  INVALID_CREDENTIALS: { status: 401, message: 'The e-mail or username and the password do not match.' },
  UNAUTHENTICATED: { status: 401, message: 'Sign in first: no valid credential came with the request.' },
  SESSION_EXPIRED: { status: 401, message: 'The credential has expired; refresh it or sign in again.' },
  TOKEN_REUSED: {
    status: 401,
    message: 'This refresh token was used before, so its session has ended; sign in again.',
  },
  FORBIDDEN: { status: 403, message: 'You do not have permission to perform this action.' },
  ORIGIN_REFUSED: { status: 403, message: 'Requests from this origin are not accepted.' },
  EMAIL_NOT_VERIFIED: { status: 403, message: 'Verify your e-mail address first.' },
  NOT_FOUND: { status: 404, message: 'Not found.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'This method is not allowed here: queries are GET, mutations are POST.',
  },
  REQUEST_TIMEOUT: { status: 408, message: 'The request did not arrive in time; send it again.' },
  EMAIL_TAKEN: { status: 409, message: 'An account with this e-mail address already exists.' },
  USERNAME_TAKEN: { status: 409, message: 'An account with this username already exists.' },
  ALREADY_MEMBER: { status: 409, message: 'This account belongs to an organization already.' },
  LAST_OWNER: { status: 409, message: 'An organization keeps one owner; make somebody else an owner first.' },
  TOO_MANY_API_KEYS: {
    status: 409,
    message: 'An organization has at most 50 API keys that work; revoke one first.',
  },
  CONSENT_NOT_GRANTED: { status: 400, message: 'User has not granted this consent.' },
  INVALID_TRANSITION: { status: 409, message: 'The present state does not allow this step.' },
  ACCESS_PENDING: { status: 403, message: 'The person has not decided on this request yet.' },
  ACCESS_DENIED: { status: 403, message: 'The person has denied this request.' },
  ACCESS_REVOKED: { status: 403, message: 'The person has revoked this access.' },
  ACCESS_PAUSED: { status: 403, message: 'The person has paused this access.' },
  ACCESS_EXPIRED: { status: 403, message: 'This access has reached its end; ask again.' },
  ACCESS_EXHAUSTED: { status: 403, message: 'All reads of this access are used up; ask again.' },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    message: 'This Idempotency-Key was used with another input; use a new key.',
  },
  RATE_LIMITED: { status: 429, message: 'Too many attempts; wait and try again.' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The request body is too large.' },
  URI_TOO_LONG: { status: 414, message: 'The URL is too long.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Send the body as application/json.' },
  HEADERS_TOO_LARGE: { status: 431, message: 'The request headers are too large.' },
  INTERNAL: {
    status: 500,
    message: 'Something went wrong on our side; quote the request id when you report it.',
  },
  OVERLOADED: { status: 503, message: 'The server is busy; try again shortly.' },
  UNAVAILABLE: {
    status: 503,
    message: 'The server cannot reach its database or is stopping; try again shortly.',
  },
} as const satisfies Record<string, { status: number; message: string }>;

/** A code of the registry, for example `CONSENT_NOT_GRANTED`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** For each field that is wrong, the sentences that say why: `{ email: ["Enter an e-mail address."] }`. */
export type FieldErrors = Record<string, string[]>;

/** What `error.data` holds in every tRPC error. */
export interface ErrorData {
  code: ErrorCode;
  httpStatus: number;
  requestId: string;
  fields?: FieldErrors;
  /** Whole seconds to wait before trying again; also sent as `Retry-After`. */
  retryAfterSeconds?: number;
}
