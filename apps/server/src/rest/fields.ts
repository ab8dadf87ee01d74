import { canonicalEmail, canonicalUsername, ROLES } from '@truconn/contract';
import { z } from 'zod';
import type { ZodOpenApiOverrideMeta } from 'zod-openapi';

/** A field that may be left out; a form sends what was not filled in as `""` or `null`. */
export function optional<Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return z
    .preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional())
    .meta({ override: orBlank });
}

/** A field of an update: left out it stays, `""` and `null` clear it. */
export function clearable<Value>(schema: z.ZodType<Value>): z.ZodType<Value | null | undefined> {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullish()).meta({ override: orBlank });
}

/** How JSON Schema says that `""` and `null` pass too. */
const orBlank: ZodOpenApiOverrideMeta = ({ jsonSchema }) => {
  const { description, override, param, anyOf, ...own } = jsonSchema;
  const filled = anyOf?.[0] ?? own;
  for (const key of Object.keys(own)) delete jsonSchema[key];
  const isAnyText =
    filled.type === 'string' && Object.keys(filled).every((key) => ['type', 'maxLength'].includes(key));
  if (isAnyText) Object.assign(jsonSchema, filled, { type: ['string', 'null'], anyOf: undefined });
  else jsonSchema.anyOf = [filled, { enum: ['', null] }];
};

/** How JSON Schema says that a text in a URL is an integer. */
export function integerIn(minimum: number, maximum: number): ZodOpenApiOverrideMeta {
  return ({ jsonSchema }) => {
    Object.assign(jsonSchema, { type: 'integer', minimum, maximum, pattern: undefined });
  };
}

/** For what looks like a number and is a text. */
export function orNumber<Value>(schema: z.ZodType<Value>): z.ZodType<Value> {
  return z
    .preprocess((value) => (Number.isSafeInteger(value) ? String(value) : value), schema)
    .meta({ type: ['string', 'integer'] });
}

const BOOLEANS = new Map<unknown, boolean>([
  ['true', true],
  ['True', true],
  ['1', true],
  [1, true],
  ['false', false],
  ['False', false],
  ['0', false],
  [0, false],
]);

/** A yes or no, in any of the spellings that Django takes. */
export const optionalBoolean = optional(
  z.preprocess((value) => BOOLEANS.get(value) ?? value, z.boolean('Must be a valid boolean.')),
);

const CHOSEN_ROLES = ROLES.filter((role) => role !== 'ADMIN');

/** A role in upper or lower case. Nobody chooses to be an administrator; the rest is a setting. */
export const optionalRole = optional(
  z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toUpperCase() : value),
    z.enum(CHOSEN_ROLES, 'This is not a role that can be chosen.').meta({
      enum: [...CHOSEN_ROLES, ...CHOSEN_ROLES.map((role) => role.toLowerCase())],
    }),
  ),
).meta({ description: 'In upper or lower case. The server says which can be chosen.' });

/** A row's integer in a URL, `1…2147483647`. */
export const idInUrl = z
  .string()
  .regex(/^[1-9]\d{0,9}$/)
  .transform(Number)
  .refine((id) => id <= 2_147_483_647)
  .meta({ override: integerIn(1, 2_147_483_647) });

/** The password once more; `confirmed` compares the two. */
export const confirmation = z.string().meta({ format: 'password' });

const isObject = ({ value }: { value: unknown }) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reports a confirmation that differs, beside whatever else is wrong.
 * @param field where the document reports it; nothing: it belongs to no field
 */
export function confirmed(password: string, confirmation: string, field?: string) {
  return z.superRefine<Record<string, unknown>>(
    (body, context) => {
      const [first, second] = [body[password], body[confirmation]];
      if (typeof first !== 'string' || typeof second !== 'string' || first === second) return;
      context.addIssue({
        code: 'custom',
        path: field === undefined ? [] : [field],
        message: 'The two passwords do not match.',
      });
    },
    { when: isObject },
  );
}

/** Reports what is missing and depends on another field, beside whatever else is wrong. */
export function required(fieldsOf: (body: Record<string, unknown>) => readonly string[]) {
  return z.superRefine<Record<string, unknown>>(
    (body, context) => {
      for (const field of fieldsOf(body)) {
        if (body[field] !== undefined) continue;
        context.addIssue({ code: 'custom', path: [field], message: 'This field is required.' });
      }
    },
    { when: isObject },
  );
}

/** Whether two spellings name one account. */
export function isSameName(email: string, username: string): boolean {
  return canonicalEmail(email) === canonicalUsername(username);
}
