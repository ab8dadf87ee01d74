import {
  emailSchema,
  LANGUAGES,
  lineSchema,
  mobileSchema,
  textSchema,
  webAddressSchema,
} from '@truconn/contract';
import { z } from 'zod';
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

/**
 * The procedure's input. Clients send the whole profile back with one field changed, so of two names for one
 * field the one that says something new wins; if both do, the document's own.
 * @param person as they are before the change
 */
export function toProfileUpdate(body: z.infer<typeof profileUpdateBody>, person: Person) {
  const { first_name: firstName, last_name: lastName, email, language, address, location, url } = body;
  return {
    firstName,
    lastName,
    email,
    language,
    address,
    location,
    url,
    mobile: changed(person.mobile, body.mobile, body.phone_no),
    bio: changed(person.bio, body.bio, body.about),
    avatar: changed(person.avatar, body.avatar, body.profile_pic),
  };
}

function changed(before: string | null, ...sent: (string | null | undefined)[]): string | null | undefined {
  return sent.find((value) => value !== undefined && value !== before);
}
