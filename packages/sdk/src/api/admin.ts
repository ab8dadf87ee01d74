import type {
  AdminOrganization,
  AdminUser,
  ApplicationListInput,
  AuditEvent,
  AuditListInput,
  DecideApplicationInput,
  EndedSessions,
  OfficerApplication,
  OptionalReasonInput,
  OrganizationListInput,
  SetRoleInput,
  UserActInput,
  UserListInput,
  VerifyOrganizationInput,
} from '@truconn/contract';
import type { List, MutationOptions } from './calls.ts';

/** What administrators do; for everybody else each of these is `FORBIDDEN`. */
export interface AdminApi {
  users: AdminUsersApi;
  officerApplications: AdminOfficerApplicationsApi;
  organizations: AdminOrganizationsApi;
  audit: AdminAuditApi;
}

export interface AdminUsersApi {
  list: List<UserListInput, AdminUser>;
  disable(input: UserActInput, options?: MutationOptions): Promise<AdminUser>;
  enable(input: OptionalReasonInput, options?: MutationOptions): Promise<AdminUser>;
  setRole(input: SetRoleInput, options?: MutationOptions): Promise<AdminUser>;
  endSessions(input: OptionalReasonInput, options?: MutationOptions): Promise<EndedSessions>;
}

export interface AdminOfficerApplicationsApi {
  list: List<ApplicationListInput, OfficerApplication>;
  decide(input: DecideApplicationInput, options?: MutationOptions): Promise<OfficerApplication>;
}

export interface AdminOrganizationsApi {
  list: List<OrganizationListInput, AdminOrganization>;
  verify(input: VerifyOrganizationInput, options?: MutationOptions): Promise<AdminOrganization>;
}

export interface AdminAuditApi {
  list: List<AuditListInput, AuditEvent>;
}
