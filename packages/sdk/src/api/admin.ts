import type {
  AdminCategory,
  AdminOrganization,
  AdminUser,
  ApplicationListInput,
  AuditEvent,
  AuditListInput,
  CreateCategoryInput,
  DecideApplicationInput,
  EndedSessions,
  NoticeListInput,
  NoticeVersion,
  OfficerApplication,
  OptionalReasonInput,
  OrganizationListInput,
  PageInput,
  PublishNoticeInput,
  ReviewNoticeInput,
  SetRoleInput,
  UpdateCategoryInput,
  UserActInput,
  UserListInput,
  VerifyOrganizationInput,
  WithdrawNoticeInput,
} from '@truconn/contract';
import type { List, ListOf, MutationOptions } from './calls.ts';

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
  /** The kinds of data that people can release. */
  categories: AdminCategoriesApi;
  /** What people read before they release them. */
  notices: AdminNoticesApi;
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

/** The kinds of data that people can release, as administrators set them up. */
export interface AdminCategoriesApi {
  /**
   * Lists the categories as they are set up, in the order of their ids.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * const { items } = await truconn.admin.categories.list();
   * for (const { id, key, source, noticeGraceDays } of items) console.log(id, key, source, noticeGraceDays);
   */
  list: List<PageInput, AdminCategory>;
  /**
   * Makes a category and version 1 of its notice; everybody can grant it at once. Its fields are the profile's, or,
   * with a `recordSchema`, those of a record that people keep.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`: on `key` for one that is taken, on `recordSchema` for what is no
   *   JSON Schema, on `fields` for what the profile or that schema has not got
   * @example
   * const category = await truconn.admin.categories.create({
   *   key: 'pets',
   *   name: 'Pets',
   *   description: 'The animals that live with you.',
   *   fields: ['names'],
   *   recordSchema: { type: 'object', properties: { names: { type: 'array', items: { type: 'string' } } } },
   *   texts: {
   *     en: { text: 'If you agree, organizations may ask to see the names of your pets.' },
   *     hi: { text: 'यदि आप सहमत हैं, तो संगठन आपके पालतू जानवरों के नाम देखने का अनुरोध कर सकते हैं।', needsReview: true },
   *     gu: { text: 'જો તમે સંમત થાઓ, તો સંસ્થાઓ તમારા પાળતુ પ્રાણીઓનાં નામ જોવાની વિનંતી કરી શકે છે.', needsReview: true },
   *   },
   * });
   */
  create(input: CreateCategoryInput, options?: MutationOptions): Promise<AdminCategory>;
  /**
   * Changes what is said about a category, how long consents to older notices stand, or what its records must fulfil.
   * What it covers changes with `admin.notices.publish`, its key never. What changes nothing writes nothing.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`: on `recordSchema` also for a category of the
   *   profile, and for a schema without a field that consents still release
   * @example
   * await truconn.admin.categories.update({ categoryId: 4, noticeGraceDays: 30 });
   */
  update(input: UpdateCategoryInput, options?: MutationOptions): Promise<AdminCategory>;
}

/** Notices, version by version. No text that people have read ever changes. */
export interface AdminNoticesApi {
  /**
   * Lists the versions of a category's notice, newest first, each with its texts and how many consents stand under it.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`
   * @example
   * const { items } = await truconn.admin.notices.list({ categoryId: 4 });
   * for (const { version, withdrawnAt, standingConsents } of items) console.log(version, withdrawnAt, standingConsents);
   */
  list: ListOf<NoticeListInput, NoticeVersion>;
  /**
   * Publishes a new version, which people are shown from now on. Those who agreed to an older one are asked again
   * (`askAgain` in `consent.list`), and until then release what that older one covers. If the category has
   * `noticeGraceDays`, all older versions are withdrawn when these are over.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`: also on `fields` for what the profile or the
   *   records' schema has not got
   * @example
   * const changes = 'Organizations may ask for your username, too.';
   * const { version } = await truconn.admin.notices.publish({
   *   categoryId: 3,
   *   fields: ['location', 'username'],
   *   texts: {
   *     en: { text: 'If you agree, organizations may ask to see your place and your username.', changes },
   *     hi: { text: 'यदि आप सहमत हैं, तो संगठन आपका स्थान और उपयोगकर्ता नाम देखने का अनुरोध कर सकते हैं।' },
   *     gu: { text: 'જો તમે સંમત થાઓ, તો સંસ્થાઓ તમારું સ્થળ અને વપરાશકર્તાનામ જોવાની વિનંતી કરી શકે છે.' },
   *   },
   * });
   */
  publish(input: PublishNoticeInput, options?: MutationOptions): Promise<NoticeVersion>;
  /**
   * Withdraws an older version, now or at a moment to come: then all consents to it end, and with them every open
   * request on them. The moment can be brought forward, but not put off. What changes nothing writes nothing.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_TRANSITION` for the current version, and to move a moment
   *   that has passed, `INVALID_INPUT` on `at` for a moment that has passed, or is later than the one that is set
   * @example
   * await truconn.admin.notices.withdraw({ categoryId: 4, version: 1, at: '2090-01-31T12:00:00Z' });
   */
  withdraw(input: WithdrawNoticeInput, options?: MutationOptions): Promise<NoticeVersion>;
  /**
   * Says that a translation has been looked at: takes the mark "needs review" off one text.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `INVALID_INPUT`
   * @example
   * await truconn.admin.notices.review({ categoryId: 4, version: 1, language: 'hi' });
   */
  review(input: ReviewNoticeInput, options?: MutationOptions): Promise<NoticeVersion>;
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
