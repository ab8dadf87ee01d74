import type { FieldErrors } from '@truconn/contract';
import type { ErrorObject } from 'ajv/dist/2020.js';

/** An answer names this many fields; who sent more learns enough from these. */
const MAX_FIELDS = 50;
const SHOWN_CHARACTERS = 60;
const SHOWN_VALUES = 20;

// What these say stands in the errors beside them.
const SUMMARIES = new Set(['if', 'contains']);

/**
 * What ajv found, as sentences per path: `{ 'data.allergies.0': ['Must be a text.'] }`. Paths have the names that the
 * client sent; no sentence has a value of theirs.
 */
export function describeRecordErrors(errors: readonly ErrorObject[]): FieldErrors {
  const fields = new Map<string, Set<string>>();
  for (const error of errors) {
    if (SUMMARIES.has(error.keyword) && errors.length > 1) continue;
    const path = pathOf(error);
    const sentences = fields.get(path) ?? new Set();
    if (sentences.size === 0 && fields.size >= MAX_FIELDS) continue;
    fields.set(path, sentences.add(sentenceOf(error)));
  }
  return Object.fromEntries([...fields].map(([path, sentences]) => [path, [...sentences]]));
}

function pathOf({ instancePath, params, propertyName }: ErrorObject): string {
  // RFC 6901: a pointer, in which ~1 is a slash and ~0 a tilde.
  const steps = instancePath.split('/').slice(1);
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const own: unknown =
    params.missingProperty ??
    params.additionalProperty ??
    params.unevaluatedProperty ??
    params.propertyName ??
    propertyName;
  return ['data', ...names, ...(typeof own === 'string' ? [own] : [])].map(shown).join('.');
}

function shown(name: string): string {
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : name;
}

function sentenceOf({ keyword, params }: ErrorObject): string {
  return SENTENCES[keyword]?.(params) ?? 'This is not as this category wants it.';
}

const required = () => 'This field is required.';
const unknown = () => 'This field is not known here.';

/** By the keyword of the schema that was broken. */
const SENTENCES: Record<string, (params: ErrorObject['params']) => string> = {
  required,
  dependentRequired: required,
  additionalProperties: unknown,
  unevaluatedProperties: unknown,
  propertyNames: () => 'This name is not accepted here.',
  type: ({ type }) => describeTypes([type].flat()),
  enum: ({ allowedValues }) => describeValues(allowedValues),
  const: ({ allowedValue }) => describeValues([allowedValue]),
  format: ({ format }) => FORMATS[format] ?? `Must be of the format "${format}".`,
  pattern: () => 'This is not of the form that this field has.',
  minLength: ({ limit }) => (limit === 1 ? 'This field may not be blank.' : `At least ${limit} characters.`),
  maxLength: ({ limit }) => `At most ${limit} characters.`,
  minimum: ({ limit }) => `Must be ${limit} or more.`,
  maximum: ({ limit }) => `Must be ${limit} or less.`,
  exclusiveMinimum: ({ limit }) => `Must be more than ${limit}.`,
  exclusiveMaximum: ({ limit }) => `Must be less than ${limit}.`,
  multipleOf: ({ multipleOf }) => `Must be a multiple of ${multipleOf}.`,
  minItems: ({ limit }) => `At least ${limit} items.`,
  maxItems: ({ limit }) => `At most ${limit} items.`,
  items: ({ limit }) => `At most ${limit} items.`,
  uniqueItems: () => 'No item may come twice.',
  minProperties: ({ limit }) => `At least ${limit} fields.`,
  maxProperties: ({ limit }) => `At most ${limit} fields.`,
};

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

const FORMATS: Record<string, string> = {
  date: 'Enter a day such as 2030-01-31.',
  time: 'Enter a time such as 12:00:00Z.',
  'date-time': 'Enter a moment such as 2030-01-31T12:00:00Z.',
  email: 'Enter an e-mail address such as jane@example.com.',
  uri: 'Enter an address such as https://example.com/.',
  uuid: 'Enter a UUID.',
};

function describeTypes(types: unknown[]): string {
  return `Must be ${types.map((type) => TYPES[String(type)] ?? String(type)).join(', or ')}.`;
}

// Of the schema, not of what was sent.
function describeValues(values: unknown[]): string {
  const texts = values.slice(0, SHOWN_VALUES).map((value) => JSON.stringify(value).replace(/^"(.*)"$/, '$1'));
  const more = values.length > SHOWN_VALUES ? ', …' : '';
  return values.length === 1 ? `Must be ${texts.join()}.` : `Must be one of ${texts.join(', ')}${more}.`;
}
