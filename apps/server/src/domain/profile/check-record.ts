import { type Json, RECORD_MAX_BYTES, type RecordSchema, toCanonicalJson } from '@truconn/contract';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileRecordSchema } from '../consent/record-schema.ts';
import { DomainError } from '../domain-error.ts';
import { describeRecordErrors } from './record-errors.ts';

/** More categories than anybody has; each compiled schema takes some 10 kB. */
const KEPT_VALIDATORS = 100;
const validators = new Map<string, ValidateFunction>();

/**
 * Judges a record: its size, then the schema of its category. How deep it nests and how many keys and items it has is
 * bounded where its JSON is read.
 * @throws DomainError `PAYLOAD_TOO_LARGE`; `INVALID_INPUT`, whose fields are paths such as `data.allergies.0`
 */
export function checkRecord(schema: RecordSchema, data: { [field: string]: Json }): void {
  const size = Buffer.byteLength(toCanonicalJson(data));
  if (size > RECORD_MAX_BYTES) {
    const message = `A record has at most ${RECORD_MAX_BYTES} bytes of JSON; this one has ${size}.`;
    throw new DomainError('PAYLOAD_TOO_LARGE', { message });
  }
  const validate = validatorOf(schema);
  if (validate(data)) return;
  throw new DomainError('INVALID_INPUT', { fields: describeRecordErrors(validate.errors ?? []) });
}

function validatorOf(schema: RecordSchema): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = validators.get(text);
  if (known !== undefined) return known;
  const validate = compileRecordSchema(schema);
  const [oldest] = validators.keys();
  if (validators.size >= KEPT_VALIDATORS && oldest !== undefined) validators.delete(oldest);
  validators.set(text, validate);
  return validate;
}
