import type { AdminApi } from './admin.ts';
import type { AuthApi } from './auth.ts';
import type { ConsentApi } from './consent.ts';
import type { OrgAccessApi } from './org-access.ts';
import type { ProfileApi } from './profile.ts';

/** All procedures of the server, by their names. */
export interface TruConnApi {
  auth: AuthApi;
  profile: ProfileApi;
  consent: ConsentApi;
  orgAccess: OrgAccessApi;
  admin: AdminApi;
}
