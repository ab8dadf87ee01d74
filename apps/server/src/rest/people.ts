import { LANGUAGES, ROLES } from '@truconn/contract';
import { z } from 'zod';
import type { Api } from './route.ts';

/** An account with its profile and the integer that REST knows it by. */
export type Person = Awaited<ReturnType<Api['compat']['profile']>>;

const language = z.enum(LANGUAGES);
export const uuid = z.string().meta({ format: 'uuid' });
export const email = z.string().meta({ format: 'email' });
export const role = z.enum(ROLES).meta({ examples: ['CITIZEN'] });
const picture = z.string().nullable().meta({ description: 'Address of the picture.' });

/** An account as document 1 shows it. */
export const userAnswer = z
  .object({
    id: z.int(),
    uuid,
    first_name: z.string(),
    last_name: z.string(),
    email,
    role,
  })
  .meta({ id: 'User' });

export function presentUser(person: Person): z.infer<typeof userAnswer> {
  const { number: id, id: uuid, email } = person;
  return { id, uuid, ...namesOf(person), email, role: person.role };
}

/** A profile: document 3's fields, document 1's, and the names that its clients in the field use. */
export const profileAnswer = z
  .object({
    id: z.int(),
    uuid,
    username: z.string(),
    email,
    first_name: z.string(),
    last_name: z.string(),
    mobile: z.string(),
    address: z.string(),
    language,
    is_officer: z.boolean(),
    user: z.int().meta({ description: 'The same as `id`.' }),
    role,
    bio: z.string(),
    avatar: picture,
    url: z.string(),
    location: z.string(),
    phone_no: z.string().meta({ description: 'The same as `mobile`.' }),
    about: z.string().meta({ description: 'The same as `bio`.' }),
    profile_pic: picture.meta({ description: 'The same as `avatar`.' }),
    email_verified: z.boolean(),
  })
  .meta({ id: 'Profile' });

export function presentProfile(person: Person): z.infer<typeof profileAnswer> {
  const { number: id, id: uuid, username, email, avatar } = person;
  const mobile = person.mobile ?? '';
  const bio = person.bio ?? '';
  return {
    id,
    uuid,
    username,
    email,
    ...namesOf(person),
    mobile,
    address: person.address ?? '',
    language: person.language,
    is_officer: isOfficer(person),
    user: id,
    role: person.role,
    bio,
    avatar,
    url: person.url ?? '',
    location: person.location ?? '',
    phone_no: mobile,
    about: bio,
    profile_pic: avatar,
    email_verified: person.emailVerified,
  };
}

/** What a text field shows that nobody has filled in: these clients expect a text. */
export function namesOf({ firstName, lastName }: Person): { first_name: string; last_name: string } {
  return { first_name: firstName ?? '', last_name: lastName ?? '' };
}

export function isOfficer({ role }: Person): boolean {
  return role === 'OFFICER';
}
