import { z } from 'zod';
import { LANGUAGES, type Language, ROLES, type Role } from './roles.ts';
import { lineSchema, textSchema, usernameSchema, webAddressSchema } from './text.ts';

/** How a person belongs to an organization: an owner invites and removes members. */
export const MEMBERSHIPS = ['owner', 'member'] as const;
/** `owner` or `member` of an organization. */
export type Membership = (typeof MEMBERSHIPS)[number];

/** An account. */
export interface User {
  /** UUID. */
  id: string;
  /** Canonical: trimmed, NFKC, lower case. */
  email: string;
  /** The e-mail address where none was chosen. */
  username: string;
  firstName: string | null;
  lastName: string | null;
  role: Role;
  /** Of the notices and mails that the person gets. */
  language: Language;
  /** Whether the person has shown that they read the mailbox of `email`. */
  emailVerified: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** The one organization that the person belongs to, if any. */
  organization: { id: string; name: string; membership: Membership } | null;
}

/** An account with what its owner says about themselves. */
export interface Profile extends User {
  bio: string | null;
  /** Address of the picture. */
  avatar: string | null;
  /** Telephone number, as it was typed. */
  mobile: string | null;
  address: string | null;
  location: string | null;
  /** Web address. */
  url: string | null;
}

/** What `profile.update` takes: what is absent stays, what is `null` is cleared. */
export interface ProfileUpdateInput {
  /** 1 to 150 letters, digits and `. _ + -` characters, or the account's own e-mail address. */
  username?: string | undefined;
  /** At most 150 characters. */
  firstName?: string | null | undefined;
  /** At most 150 characters. */
  lastName?: string | null | undefined;
  language?: Language | undefined;
  /** At most 2,000 characters. */
  bio?: string | null | undefined;
  /** Such as `+91 98765 43210`. */
  mobile?: string | null | undefined;
  /** At most 500 characters. */
  address?: string | null | undefined;
  /** At most 200 characters. */
  location?: string | null | undefined;
  /** A web address with `https://` or `http://`. */
  url?: string | null | undefined;
}

const userShape = {
  id: z.string(),
  email: z.string(),
  username: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  role: z.enum(ROLES),
  language: z.enum(LANGUAGES),
  emailVerified: z.boolean(),
  createdAt: z.string(),
  organization: z.object({ id: z.string(), name: z.string(), membership: z.enum(MEMBERSHIPS) }).nullable(),
};

export const userSchema: z.ZodType<User> = z.object(userShape);

/** What a profile holds, field by field. */
export const profileShape = {
  ...userShape,
  bio: z.string().nullable(),
  avatar: z.string().nullable(),
  mobile: z.string().nullable(),
  address: z.string().nullable(),
  location: z.string().nullable(),
  url: z.string().nullable(),
};

export const profileSchema: z.ZodType<Profile> = z.object(profileShape);

export const mobileSchema = z
  .string()
  .trim()
  .regex(/^(?=(?:\D*\d){3})\+?[(\d][\d ().-]{2,30}$/, 'Enter a phone number such as +91 98765 43210.');

/** What a person may change of their profile, field by field. */
export const profileFields = {
  firstName: lineSchema(150).nullish(),
  lastName: lineSchema(150).nullish(),
  language: z.enum(LANGUAGES).optional(),
  bio: textSchema(2000).nullish(),
  mobile: mobileSchema.nullish(),
  address: textSchema(500).nullish(),
  location: lineSchema(200).nullish(),
  url: webAddressSchema.nullish(),
};

export const profileUpdateInputSchema: z.ZodType<ProfileUpdateInput, ProfileUpdateInput> = z.strictObject({
  username: usernameSchema.optional(),
  ...profileFields,
});
