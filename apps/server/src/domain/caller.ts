import type { ApiKeyScope, Role, Session } from '@truconn/contract';
import type { LimitState } from './limits.ts';
import type { NumberedProfile, NumberedUser } from './numbered.ts';

/** Where a call comes from; everybody has one. */
export interface Caller {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
  /** Told of each limit that the call was charged to; over HTTP it writes the `RateLimit` headers. */
  onCharge?: (state: LimitState) => void;
}

/** The person whom a credential stands for, as the database has them now. */
export interface Principal {
  userId: string;
  sessionId: string;
  role: Role;
  user: NumberedUser;
  profile: NumberedProfile;
  session: Session;
}

/** The organization that a call is made for. */
export interface ActingOrganization {
  id: string;
  name: string;
}

/** An API key that a call came with, as the database has it now. It acts for its organization, and for no person. */
export interface ActingApiKey {
  id: string;
  organization: ActingOrganization;
  scopes: readonly ApiKeyScope[];
  /** The only categories that it is for; null for all. */
  categoryIds: readonly number[] | null;
}

/** Whom a credential stands for. */
export type Identity = { principal: Principal } | { apiKey: ActingApiKey };

/** A call by a signed-in person. The acting person comes from the credential alone. */
export interface PersonCaller extends Caller {
  principal: Principal;
}

/** A call with an organization's API key. */
export interface ApiKeyCaller extends Caller {
  apiKey: ActingApiKey;
}

/** A call for the organization that the person belongs to. */
export interface MemberCaller extends PersonCaller {
  organization: ActingOrganization;
}

/** A call for an organization, by one of its members or with one of its API keys. */
export type OrganizationCaller = MemberCaller | (ApiKeyCaller & { organization: ActingOrganization });
