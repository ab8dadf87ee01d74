import { createContext, Script } from 'node:vm';
import { type Json, RECORD_MAX_BYTES, type RecordSchema, toCanonicalJson } from '@truconn/contract';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileRecordSchema } from '../consent/record-schema.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { describeRecordErrors } from './record-errors.ts';

/** More categories than anybody has; each compiled schema takes some 10 kB. */
const KEPT_VALIDATORS = 100;
const validators = new Map<string, ValidateFunction>();

/** A record takes far less than a millisecond; a pattern that goes back and forth may take years, and all calls wait. */
const PATIENCE_MS = 300;
const check = new Script('work()');
const bounded = createContext({ work: undefined });

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
  if (isValid(validate, data)) return;
  throw new DomainError('INVALID_INPUT', { fields: describeRecordErrors(validate.errors ?? []) });
}

function isValid(validate: ValidateFunction, data: { [field: string]: Json }): boolean {
  bounded.work = () => validate(data);
  try {
    return check.runInContext(bounded, { timeout: PATIENCE_MS }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw invalidField('data', 'This takes too long to be checked against what the category wants.');
  } finally {
    bounded.work = undefined;
  }
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
