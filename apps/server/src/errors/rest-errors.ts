import { ERROR_CODES, type ErrorCode, type FieldErrors } from '@truconn/contract';
import { ROOT_FIELD } from './root-field.ts';
import type { TranslatedError } from './translate-error.ts';

/** A refusal as the REST documents show it. */
export interface RestError {
  status: number;
  body: Record<string, unknown>;
}

/** What one route says in its own words. */
export interface RestWords {
  /** The document's name of a field. */
  nameOf?: (field: string) => string;
  /** The document's sentence for a code. */
  sentences?: Partial<Record<ErrorCode, string>>;
}

/** Codes that tRPC answers with 409 and that are field errors in REST. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = { EMAIL_TAKEN: 'email', USERNAME_TAKEN: 'username' };

/** Codes that document 1 answers with `400 {"error": …}`. */
const ERROR_FORM: ReadonlySet<ErrorCode> = new Set(['CONSENT_NOT_GRANTED', 'INVALID_TRANSITION']);

/** Codes with one sentence for every reason: the documents show it. */
const DOCUMENTED: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'Authentication credentials were not provided.',
  FORBIDDEN: ERROR_CODES.FORBIDDEN.message,
  NOT_FOUND: ERROR_CODES.NOT_FOUND.message,
};

// Statuses whose body the documents show: `detail`, and nothing beside it.
const BARE = new Set([401, 403, 404, 405, 429]);

/**
 * A refusal in the documents' shapes: field errors are 400, `detail` says the rest, a wrong password has
 * `error` beside it. Statuses that no document knows carry the code and the request's id too.
 */
export function toRestError(error: TranslatedError, requestId: string, words: RestWords = {}): RestError {
  const { code, status } = error;
  const fields = fieldsOf(error);
  if (fields !== undefined) return { status: 400, body: renamed(fields, words.nameOf) };
  const sentence = words.sentences?.[code] ?? DOCUMENTED[code] ?? error.message;
  if (ERROR_FORM.has(code)) return { status: 400, body: { error: sentence } };
  if (code === 'INVALID_CREDENTIALS') return { status, body: { detail: sentence, error: sentence } };
  if (BARE.has(status) || code === 'INVALID_INPUT') return { status, body: { detail: sentence } };
  return { status, body: { detail: sentence, code, request_id: requestId } };
}

function fieldsOf({ code, fields, message }: TranslatedError): FieldErrors | undefined {
  const field = FIELD_OF[code];
  return fields ?? (field === undefined ? undefined : { [field]: [message] });
}

/** Field errors under a document's names; what belongs to no field is `non_field_errors`. */
function renamed(fields: FieldErrors, nameOf: (field: string) => string = (field) => field): FieldErrors {
  return Object.fromEntries(
    Object.entries(fields).map(([name, sentences]) => [
      name === ROOT_FIELD ? 'non_field_errors' : nameOf(name),
      sentences,
    ]),
  );
}
