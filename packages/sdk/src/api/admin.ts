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

/**
 * What administrators do. For everybody else each of these is `FORBIDDEN`; `UNAUTHENTICATED` and `SESSION_EXPIRED`
 * for whoever is not signed in. Each act is written to the audit log.
 */
export interface AdminApi {
  /** Accounts. */
  users: AdminUsersApi;
  /** Applications for the role OFFICER. */
  officerApplications: AdminOfficerApplicationsApi;
  /** Organizations. */
  organizations: AdminOrganizationsApi;
  /** The audit log. */
  audit: AdminAuditApi;
}

/** Accounts, as administrators act on them. */
export interface AdminUsersApi {
  /**
   * Lists accounts, newest first.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * const { items } = await truconn.admin.users.list({ query: 'asha', role: 'CITIZEN' });
   */
  list: List<UserListInput, AdminUser>;
  /**
   * Stops all of an account's credentials at once.
   * @throws TruConnError `FORBIDDEN`, also on oneself, `NOT_FOUND`, `INVALID_INPUT`
   * @example
   * const userId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * await truconn.admin.users.disable({ userId, reason: 'Reported as stolen' });
   */
  disable(input: UserActInput, options?: MutationOptions): Promise<AdminUser>;
  /**
   * Lets an account sign in again.
   * @throws TruConnError `FORBIDDEN`, also on oneself, `NOT_FOUND`, `INVALID_INPUT`
   * @example
   * const userId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * await truconn.admin.users.enable({ userId, reason: 'Identity checked in person' });
   */
  enable(input: OptionalReasonInput, options?: MutationOptions): Promise<AdminUser>;
  /**
   * Changes a role; it holds from the account's next request.
   * @throws TruConnError `FORBIDDEN`, also on oneself, `NOT_FOUND`, `INVALID_INPUT` for `ORGANIZATION` without a
   *   membership
   * @example
   * const userId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * await truconn.admin.users.setRole({ userId, role: 'DOCTOR', reason: 'Licence checked' });
   */
  setRole(input: SetRoleInput, options?: MutationOptions): Promise<AdminUser>;
  /**
   * Signs an account out everywhere: anybody's, and the administrator's own, this session too.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`
   * @example
   * const userId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * const { endedSessions } = await truconn.admin.users.endSessions({ userId });
   */
  endSessions(input: OptionalReasonInput, options?: MutationOptions): Promise<EndedSessions>;
}

/** Applications for the role OFFICER, as administrators decide them. */
export interface AdminOfficerApplicationsApi {
  /**
   * Lists applications, newest first.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * const { items } = await truconn.admin.officerApplications.list({ status: 'PENDING' });
   */
  list: List<ApplicationListInput, OfficerApplication>;
  /**
   * Decides an application, and tells its person by mail. Deciding once more what was decided writes nothing.
   * @throws TruConnError `FORBIDDEN`, also on one's own, `NOT_FOUND`, `INVALID_INPUT` on `reason` for a denial
   *   without one, `INVALID_TRANSITION` when it was decided otherwise, or the person is an administrator by now
   * @example
   * const { items } = await truconn.admin.officerApplications.list({ status: 'PENDING' });
   * for (const { id } of items) {
   *   await truconn.admin.officerApplications.decide({ applicationId: id, decision: 'approve' });
   * }
   */
  decide(input: DecideApplicationInput, options?: MutationOptions): Promise<OfficerApplication>;
}

/** Organizations, as administrators see them. */
export interface AdminOrganizationsApi {
  /**
   * Lists organizations, newest first.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * const { items } = await truconn.admin.organizations.list({ query: 'hospital', verified: false });
   */
  list: List<OrganizationListInput, AdminOrganization>;
  /**
   * Says that an organization is who it says it is, or takes that back; nothing changes where it is so already.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT` on `reason` when it is taken back without one
   * @example
   * const { items } = await truconn.admin.organizations.list({ query: 'City Hospital' });
   * for (const { id } of items) await truconn.admin.organizations.verify({ organizationId: id });
   */
  verify(input: VerifyOrganizationInput, options?: MutationOptions): Promise<AdminOrganization>;
}

/** The audit log: who did what to whom, when and from where. */
export interface AdminAuditApi {
  /**
   * Lists the audit log, newest first.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * const yesterday = new Date(Date.now() - 86_400_000).toISOString();
   * for await (const event of truconn.admin.audit.list.all({ action: 'user', from: yesterday })) {
   *   console.log(event.at, event.action, event.subjectId);
   * }
   */
  list: List<AuditListInput, AuditEvent>;
}
