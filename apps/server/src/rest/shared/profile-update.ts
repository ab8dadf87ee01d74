import {
  emailSchema,
  LANGUAGES,
  lineSchema,
  mobileSchema,
  textSchema,
  webAddressSchema,
} from '@truconn/contract';
import { z } from 'zod';
import { refuseField } from '../drf.ts';
import { clearable, optional, orNumber } from '../fields.ts';
import type { Person } from '../people.ts';

const name = clearable(lineSchema(150));
const mobile = clearable(orNumber(mobileSchema));
const bio = clearable(textSchema(2000));
const picture = clearable(z.string()).meta({
  description: 'A picture’s file in base64 (PNG, JPEG or WebP, 2 MB), or its address as it was read.',
});

/** What may be sent, under the names of documents 1 and 3 and of document 1's clients in the field. */
export const profileUpdateBody = z
  .object({
    first_name: name,
    last_name: name,
    // An account is never without one.
    email: optional(emailSchema),
    language: optional(z.enum(LANGUAGES)),
    address: clearable(textSchema(500)),
    location: clearable(lineSchema(200)),
    url: clearable(webAddressSchema),
    mobile,
    phone_no: mobile,
    bio,
    about: bio,
    avatar: picture,
    profile_pic: picture,
  })
  .meta({ id: 'ProfileUpdate' });

type ProfileUpdateBody = z.infer<typeof profileUpdateBody>;

/**
 * The procedure's input. Clients send the whole profile back with one field changed, so of two names for one
 * field the one that says something new counts.
 * @param person as they are before the change
 * @throws InputError where two names for one field say two new things
 */
export function toProfileUpdate(body: ProfileUpdateBody, person: Person) {
  const { first_name: firstName, last_name: lastName, email, language, address, location, url } = body;
  return {
    firstName,
    lastName,
    email,
    language,
    address,
    location,
    url,
    mobile: newValue(body, 'mobile', 'phone_no', (value) => value === person.mobile),
    bio: newValue(body, 'bio', 'about', (value) => value === person.bio),
    avatar: newValue(body, 'avatar', 'profile_pic', (value) => value === person.avatar || isAddress(value)),
  };
}

type Name = 'mobile' | 'phone_no' | 'bio' | 'about' | 'avatar' | 'profile_pic';

function newValue(
  body: ProfileUpdateBody,
  documented: Name,
  alias: Name,
  isOld: (value: string | null) => boolean,
): string | null | undefined {
  const isNew = (value: string | null | undefined) => value !== undefined && !isOld(value);
  const [first, second] = [body[documented], body[alias]];
  if (isNew(first) && isNew(second) && first !== second) {
    refuseField(body, alias, `Give this or ${documented}, not two that differ.`);
  }
  return isNew(first) ? first : isNew(second) ? second : undefined;
}

// As a profile shows pictures: one that is sent back was read, perhaps before it was replaced.
function isAddress(picture: unknown): boolean {
  return typeof picture === 'string' && /^https?:\/\/[^/]+\/avatars\/[0-9a-f]{32}\.webp$/.test(picture);
}

/** The name under which a body brings a new picture. */
export function pictureName(body: unknown): 'avatar' | 'profile_pic' {
  const sent = typeof body === 'object' && body !== null && 'avatar' in body ? body.avatar : undefined;
  return typeof sent === 'string' && sent !== '' && !isAddress(sent) ? 'avatar' : 'profile_pic';
}
