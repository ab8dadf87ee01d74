import { PROFILE_FIELDS, type RecordSchema } from '@truconn/contract';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { invalidField } from '../domain-error.ts';

// A schema that says what is no JSON Schema stops here, rather than to let everything pass. Kinds like
// ["string", "null"], and conditions on fields that are described elsewhere, are as the standard has them.
function makeAjv(): Ajv2020 {
  const made = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  formats.default(made);
  return made;
}

let ajv = makeAjv();

/** Where a schema may give a name of its own choice: `$id`, `$anchor`, `$dynamicAnchor`. */
const NAMES = /"\$(?:id|(?:dynamicA|a)nchor)":/;

/**
 * Makes the function that checks records against a schema.
 * @throws Error that says what keeps it from being such a schema
 */
export function compileRecordSchema(schema: RecordSchema): ValidateFunction {
  // What it then made would answer a promise, which looks like a yes.
  if (schema.$async !== undefined) throw new Error('unknown keyword: "$async"');
  try {
    return ajv.compile(schema);
  } finally {
    // ajv would keep it for ever.
    ajv.removeSchema(schema);
    // And its names: an edited schema has the same ones, and removed with a schema that is called like the standard's
    // own is the standard's own. A new ajv costs some 20 ms, so whoever gives no names shares one.
    if (NAMES.test(JSON.stringify(schema))) ajv = makeAjv();
  }
}

/** @throws DomainError `INVALID_INPUT` on `recordSchema` for what records cannot be checked against */
export function requireRecordSchema(schema: RecordSchema): void {
  try {
    compileRecordSchema(schema);
  } catch (error) {
    throw invalidField(
      'recordSchema',
      `Records cannot be checked against this: ${(error as Error).message}.`,
    );
  }
}

/**
 * @param schema of the records that the fields come from; null for those of the profile
 * @throws DomainError `INVALID_INPUT` on `field` where the source has not got all of the fields
 */
export function requireFields(
  fields: readonly string[],
  schema: RecordSchema | null,
  field: 'fields' | 'recordSchema' = 'fields',
): void {
  const has = (name: string) =>
    schema === null
      ? (PROFILE_FIELDS as readonly string[]).includes(name)
      : Object.hasOwn(schema.properties, name);
  const missing = fields.filter((name) => !has(name));
  if (missing.length === 0) return;
  const source = schema === null ? 'A profile' : 'The record’s schema';
  throw invalidField(field, `${source} has no ${missing.join(', ')}.`);
}
