import type {
  AccessRequest,
  Membership,
  Organization,
  OrganizationEvent,
  Profile,
  User,
} from '@truconn/contract';

/**
 * What the domain answers with the integers that REST callers know its rows by. The outputs that public
 * procedures declare have no place for them, so they never leave over tRPC.
 */
interface Numbered {
  /** What REST calls `id`. */
  number: number;
}

type NumberedMembership = Numbered & { id: string; name: string; membership: Membership };

export type NumberedUser = User & Numbered & { organization: NumberedMembership | null };

export type NumberedProfile = Profile & NumberedUser;

export type NumberedOrganization = Organization & Numbered;

export type NumberedAccessRequest = AccessRequest &
  Numbered & {
    organization: Numbered;
    user: Numbered;
    /** The category's name. */
    category: string;
  };

export type NumberedOrganizationEvent = OrganizationEvent & { request: NumberedAccessRequest };
