import type { Language, Membership, Role } from '@truconn/contract';

/** A user with profile and membership, as every reader of a person selects them. */
export interface PersonRecord {
  id: string;
  number: number;
  email: string;
  username: string;
  firstName: string | null;
  lastName: string | null;
  role: Role;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  createdAt: Date;
  language: Language;
  bio: string | null;
  /** The picture's name. */
  avatar: string | null;
  mobile: string | null;
  address: string | null;
  location: string | null;
  url: string | null;
  organizationId: string | null;
  organizationNumber: number | null;
  organizationName: string | null;
  membership: Membership | null;
}

export const PERSON_COLUMNS = [
  'users.id',
  'users.number',
  'users.email',
  'users.username',
  'users.first_name as firstName',
  'users.last_name as lastName',
  'users.role',
  'users.email_verified_at as emailVerifiedAt',
  'users.disabled_at as disabledAt',
  'users.created_at as createdAt',
  'profiles.language',
  'profiles.bio',
  'profiles.avatar',
  'profiles.mobile',
  'profiles.address',
  'profiles.location',
  'profiles.url',
  'organizations.id as organizationId',
  'organizations.number as organizationNumber',
  'organizations.name as organizationName',
  'memberships.membership',
] as const;
