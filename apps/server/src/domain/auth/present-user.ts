import type { PersonRecord } from '../../database/queries/person-columns.ts';
import type { NumberedUser } from '../numbered.ts';

/** The account without its profile. */
export function toUser(person: PersonRecord): NumberedUser {
  return {
    id: person.id,
    number: person.number,
    email: person.email,
    username: person.username,
    firstName: person.firstName,
    lastName: person.lastName,
    role: person.role,
    language: person.language,
    emailVerified: person.emailVerifiedAt !== null,
    createdAt: person.createdAt.toISOString(),
    organization: toMembership(person),
  };
}

// All four come from one join: there is a membership, or there is none.
function toMembership({ organizationId, organizationNumber, organizationName, membership }: PersonRecord) {
  return organizationId === null ||
    organizationNumber === null ||
    organizationName === null ||
    membership === null
    ? null
    : { id: organizationId, number: organizationNumber, name: organizationName, membership };
}
