export type {
  AccessRequest,
  AccessStatus,
  AdminOrganization,
  AdminUser,
  ApplicationListInput,
  ApplicationStatus,
  ApplyAsOfficerInput,
  AuditEvent,
  AuditListInput,
  Category,
  ChangeEmailInput,
  ChangePasswordInput,
  ConsentChange,
  ConsentState,
  ConsentView,
  DecideApplicationInput,
  DecideInput,
  Decision,
  EndedSessions,
  ErrorCode,
  FieldErrors,
  GrantInput,
  HistoryInput,
  Invitation,
  InviteInput,
  Json,
  Language,
  LedgerAction,
  LedgerActor,
  LedgerEntry,
  MailAccepted,
  MailTokenInput,
  Me,
  Member,
  Membership,
  OfficerApplication,
  OptionalReasonInput,
  Organization,
  OrganizationEvent,
  OrganizationListInput,
  PageInput,
  Profile,
  ProfileUpdateInput,
  RemovedMember,
  RequestAccessInput,
  RequestListInput,
  ResetPasswordInput,
  Role,
  Session,
  SetAvatarInput,
  SetMembershipInput,
  SetRoleInput,
  SignInResult,
  SignUpInput,
  TokenPair,
  User,
  UserActInput,
  UserListInput,
  VerifiedEmail,
  VerifyOrganizationInput,
} from '@truconn/contract';
export type * from './api/admin.ts';
export type * from './api/auth.ts';
export type * from './api/calls.ts';
export type * from './api/consent.ts';
export type { TruConnApi } from './api/index.ts';
export type * from './api/org-access.ts';
export type * from './api/profile.ts';
export type { AppRouter } from './app-router.ts';
export { createTruConn, type TruConn } from './create-truconn.ts';
export {
  type ClientErrorCode,
  isTruConnError,
  TruConnError,
  type TruConnErrorCode,
  type TruConnErrorInit,
} from './errors.ts';
export type { HeadersOption, TruConnOptions } from './options.ts';
export type {
  SessionChange,
  SessionHandle,
  SessionState,
  SignedIn,
  SignedOut,
  SignOutReason,
} from './session/session-state.ts';
export { memoryStorage, type StorageAdapter, type WebStorage, webStorage } from './storage.ts';
