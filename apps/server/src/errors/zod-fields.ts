import type { FieldErrors } from '@truconn/contract';
import type { z } from 'zod';
import { ROOT_FIELD } from './root-field.ts';

// An answer names this many fields; who sent more learns enough from these.
const MAX_FIELDS = 50;

/**
 * What zod found, as sentences per field: `{ 'address.city': ['This field is required.'] }`.
 * The input as a whole is the field `input`.
 * @param input what was validated, if known: it tells a missing field from one of a wrong type
 */
export function fieldsOfZodError(error: z.core.$ZodError, input?: { value: unknown }): FieldErrors {
  const fields = new Map<string, string[]>();
  for (const issue of error.issues) {
    for (const [path, sentence] of findings(issue, input)) {
      const name = path.map(String).join('.') || ROOT_FIELD;
      if (fields.has(name) || fields.size < MAX_FIELDS)
        fields.set(name, [...(fields.get(name) ?? []), sentence]);
    }
  }
  return Object.fromEntries(fields);
}

type Finding = [path: PropertyKey[], sentence: string];

function findings(issue: z.core.$ZodIssue, input: { value: unknown } | undefined): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [[...issue.path, key], 'This field is not known here.']);
  }
  return [[issue.path, isMissing(issue, input) ? 'This field is required.' : sentenceOf(issue)]];
}

function isMissing(issue: z.core.$ZodIssue, input: { value: unknown } | undefined): boolean {
  if (issue.code === 'custom') return false;
  if (input === undefined)
    return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return valueAt(input.value, issue.path) === undefined;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    // `hasOwn` has just shown that the key is there; an object's type does not say so.
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}

// Schemas bring their own sentences; these replace zod's words where a schema has none.
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (!isZodsOwn(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? 'This is of the wrong kind.';
    case 'invalid_value':
      return `Must be one of ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return `Must be ${issue.minimum} or more${unit(issue.origin)}.`;
    case 'too_big':
      return `Must be ${issue.maximum} or fewer${unit(issue.origin)}.`;
    default:
      return 'This is not valid.';
  }
}

const TYPES: Record<string, string> = {
  string: 'Must be a text.',
  number: 'Must be a number.',
  int: 'Must be a whole number.',
  boolean: 'Must be true or false.',
  object: 'Must be an object.',
  record: 'Must be an object.',
  array: 'Must be a list.',
};

function isZodsOwn(message: string): boolean {
  return /^(Invalid|Too (small|big)|Unrecognized)/.test(message);
}

function unit(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}
