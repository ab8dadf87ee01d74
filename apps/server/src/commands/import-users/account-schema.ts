import {
  emailSchema,
  LANGUAGES,
  lineSchema,
  mobileSchema,
  momentSchema,
  ROLES,
  type Role,
  textSchema,
  usernameSchema,
  webAddressSchema,
} from '@truconn/contract';
import { z } from 'zod';
import { HASH_FORMATS, readHash, UNUSABLE_PREFIX } from '../../auth/password-formats.ts';

const SUPERUSER = 'Administrators are not imported: make them with npm run createsuperuser.';

const isImportable = (role: Role): role is Exclude<Role, 'ADMIN'> => role !== 'ADMIN';

const roleSchema = z
  .string()
  .transform((role) => role.toUpperCase())
  .pipe(z.enum(ROLES))
  .refine(isImportable, SUPERUSER);

// As JSON, Python and PostgreSQL write them.
const FLAGS = new Map([
  ...['true', 't', '1'].map((text) => [text, true] as const),
  ...['false', 'f', '0'].map((text) => [text, false] as const),
]);
const flagSchema = z
  .union([z.boolean(), z.number(), z.string()], 'Must be true or false.')
  .transform((flag) => FLAGS.get(String(flag).toLowerCase()))
  .refine((flag) => flag !== undefined, 'Must be true or false.');

const passwordHashSchema = z
  .string()
  .refine(
    (hash) => hash.startsWith(UNUSABLE_PREFIX) || readHash(hash) !== undefined,
    `Must be ${HASH_FORMATS}; or ${UNUSABLE_PREFIX} for an account that signs in after a reset.`,
  )
  // What follows the mark means nothing.
  .transform((hash) => (hash.startsWith(UNUSABLE_PREFIX) ? UNUSABLE_PREFIX : hash));

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(?:(Z)|([+-]\d\d):?(\d\d)?)?)?$/;

// Python, PostgreSQL and MySQL write a space where ISO 8601 has a T, PostgreSQL an offset of hours alone, and MySQL
// none: what has none is UTC, as Django keeps it.
function toIsoMoment(text: string): string {
  const [, day, time = '00:00:00', , hours = '+00', minutes = '00'] = MOMENT.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}${hours}:${minutes}`;
}

const joinedSchema = z
  .string()
  .transform(toIsoMoment)
  .pipe(momentSchema)
  .transform((moment) => new Date(moment))
  .refine((moment) => moment.getTime() >= 0, 'Must be a moment in 1970 or later.')
  .refine((moment) => moment.getTime() <= Date.now(), 'Must not be in the future.');

// Spreadsheets and scripts make a number of it; one that JSON has rounded stays wrong.
const importedMobileSchema = z.preprocess(
  (value) => (Number.isSafeInteger(value) ? String(value) : value),
  mobileSchema,
);

/** The fields of one account as an older system has them, under the names of `pickFields`. */
export const accountSchema = z.object({
  email: emailSchema,
  username: usernameSchema.optional(),
  first_name: lineSchema(150).optional(),
  last_name: lineSchema(150).optional(),
  role: roleSchema.optional(),
  is_officer: flagSchema.optional(),
  is_superuser: flagSchema.refine((flag) => flag !== true, SUPERUSER).optional(),
  is_active: flagSchema.optional(),
  password: passwordHashSchema,
  date_joined: joinedSchema.optional(),
  language: z.enum(LANGUAGES).optional(),
  mobile: importedMobileSchema.optional(),
  address: textSchema(500).optional(),
  location: lineSchema(200).optional(),
  url: webAddressSchema.optional(),
  bio: textSchema(2000).optional(),
  organization_name: lineSchema(200).optional(),
  website: webAddressSchema.optional(),
});
export type AccountFields = z.output<typeof accountSchema>;
