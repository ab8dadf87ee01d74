import type { AdminApi } from './admin.ts';
import type { AuthApi } from './auth.ts';
import type { ConsentApi } from './consent.ts';
import type { OrgAccessApi } from './org-access.ts';
import type { ProfileApi } from './profile.ts';

/** All procedures of the server, by their names. */
export interface TruConnApi {
  /** Accounts and sessions. */
  auth: AuthApi;
  /** What a person says about themselves. */
  profile: ProfileApi;
  /** What a person lets others see, and the record of it. */
  consent: ConsentApi;
  /** What organizations ask of people, and what people decide. */
  orgAccess: OrgAccessApi;
  /** What administrators do. */
  admin: AdminApi;
}
