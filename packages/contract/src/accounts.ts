import { z } from 'zod';
import { LANGUAGES, type Language, ROLES, type Role } from './roles.ts';
import { lineSchema, textSchema, usernameSchema, webAddressSchema } from './text.ts';

/** How a person belongs to an organization: an owner invites and removes members. */
export const MEMBERSHIPS = ['owner', 'member'] as const;
export type Membership = (typeof MEMBERSHIPS)[number];

/** An account. */
export interface User {
  /** UUID. */
  id: string;
  /** Canonical: trimmed, NFKC, lower case. */
  email: string;
  username: string;
  firstName: string | null;
  lastName: string | null;
  role: Role;
  language: Language;
  emailVerified: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
  organization: { id: string; name: string; membership: Membership } | null;
}

/** An account with what its owner says about themselves. */
export interface Profile extends User {
  bio: string | null;
  /** Address of the picture. */
  avatar: string | null;
  mobile: string | null;
  address: string | null;
  location: string | null;
  url: string | null;
}

/** What `profile.update` takes: what is absent stays, what is `null` is cleared. */
export interface ProfileUpdateInput {
  username?: string | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  language?: Language | undefined;
  bio?: string | null | undefined;
  mobile?: string | null | undefined;
  address?: string | null | undefined;
  location?: string | null | undefined;
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
