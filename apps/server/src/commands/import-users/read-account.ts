import type { FieldErrors } from '@truconn/contract';
import { requireOwnUsername } from '../../domain/auth/create-account.ts';
import type { ImportedUser } from '../../domain/auth/import-users.ts';
import { DomainError, invalidField } from '../../domain/domain-error.ts';
import { fieldsOfZodError } from '../../errors/zod-fields.ts';
import { type AccountFields, accountSchema } from './account-schema.ts';
import { pickFields } from './columns.ts';
import { describeFields } from './describe-fields.ts';
import type { BadEntry, ReadEntry } from './entry.ts';

/** A line whose account can be imported. */
export interface AccountEntry {
  line: number;
  user: ImportedUser;
}

/** Checks one line's account; a problem names the columns as the file does, and quotes nothing. */
export function readAccount({ line, record }: ReadEntry): AccountEntry | BadEntry {
  const { values, columns } = pickFields(record);
  const refuse = (fields: FieldErrors) => {
    const named = Object.entries(fields).map(([field, sentences]) => [columns[field] ?? field, sentences]);
    return { line, problem: describeFields(Object.fromEntries(named)) };
  };
  const parsed = accountSchema.safeParse(values);
  if (!parsed.success) return refuse(fieldsOfZodError(parsed.error, { value: values }));
  try {
    return { line, user: toUser(parsed.data) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return refuse(error.fields ?? {});
  }
}

/** @throws DomainError `INVALID_INPUT` for fields that do not go together */
function toUser(fields: AccountFields): ImportedUser {
  const role = roleOf(fields);
  const isOrganization = role === 'ORGANIZATION';
  const address = fields.address ?? null;
  return {
    email: fields.email,
    username: requireOwnUsername(fields.username ?? fields.email, fields.email),
    firstName: fields.first_name ?? null,
    lastName: fields.last_name ?? null,
    role,
    passwordHash: fields.password,
    joinedAt: fields.date_joined ?? new Date(),
    disabled: fields.is_active === false,
    language: fields.language ?? 'en',
    bio: fields.bio ?? null,
    mobile: fields.mobile ?? null,
    address: isOrganization ? null : address,
    location: fields.location ?? null,
    url: fields.url ?? null,
    organization: isOrganization ? toOrganization(fields, address) : refuseOrganization(fields),
  };
}

function roleOf({ role = 'CITIZEN', is_officer: isOfficer }: AccountFields): ImportedUser['role'] {
  if (isOfficer !== true) return role;
  if (role !== 'CITIZEN' && role !== 'OFFICER') {
    throw invalidField('is_officer', `An officer cannot have the role ${role}.`);
  }
  return 'OFFICER';
}

function toOrganization({ organization_name: name, website }: AccountFields, address: string | null) {
  if (name === undefined) throw invalidField('organization_name', 'This field is required.');
  return { name, website: website ?? null, address };
}

function refuseOrganization({ organization_name: name }: AccountFields): null {
  if (name !== undefined) throw invalidField('organization_name', 'Only for the role ORGANIZATION.');
  return null;
}
