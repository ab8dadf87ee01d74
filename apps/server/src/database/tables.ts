import type {
  AccessStatus,
  ApiKeyScope,
  ApplicationStatus,
  ErrorCode,
  FieldErrors,
  Json,
  Language,
  LedgerAction,
  LedgerActor,
  MailTopic,
  Membership,
  RecordSchema,
  Role,
} from '@truconn/contract';
import type { Generated, GeneratedAlways, Insertable, JSONColumnType } from 'kysely';

/** The tables as Kysely types; `database/schema.sql` is what they mirror. */
export interface Tables {
  users: UsersTable;
  profiles: ProfilesTable;
  organizations: OrganizationsTable;
  memberships: MembershipsTable;
  sessions: SessionsTable;
  categories: CategoriesTable;
  notice_versions: NoticeVersionsTable;
  notices: NoticesTable;
  consents: ConsentsTable;
  access_requests: AccessRequestsTable;
  ledger_entries: LedgerEntriesTable;
  ledger_details: LedgerDetailsTable;
  ledger_heads: LedgerHeadsTable;
  audit_events: AuditEventsTable;
  organization_invitations: OrganizationInvitationsTable;
  mail_tokens: MailTokensTable;
  rate_limits: RateLimitsTable;
  officer_applications: OfficerApplicationsTable;
  organization_event_heads: OrganizationEventHeadsTable;
  organization_events: OrganizationEventsTable;
  idempotency_keys: IdempotencyKeysTable;
  records: RecordsTable;
  api_keys: ApiKeysTable;
  /** Keys have a schema of their own: they are backed up apart from what they open. */
  'truconn_keys.record_keys': RecordKeysTable;
  'truconn_keys.receipt_keys': ReceiptKeysTable;
}

export interface UsersTable {
  id: string;
  number: GeneratedAlways<number>;
  email: string;
  username: string;
  username_canonical: string;
  first_name: string | null;
  last_name: string | null;
  role: Role;
  password_hash: string;
  credential_epoch: Generated<number>;
  email_verified_at: Date | null;
  disabled_at: Date | null;
  created_at: Date;
}

export interface ProfilesTable {
  user_id: string;
  language: Language;
  bio: string | null;
  avatar: string | null;
  mobile: string | null;
  address: string | null;
  location: string | null;
  url: string | null;
  mail_about: Generated<MailTopic[]>;
}

export interface OrganizationsTable {
  id: string;
  number: GeneratedAlways<number>;
  name: string;
  website: string | null;
  address: string | null;
  verified_at: Date | null;
  created_at: Date;
}

export interface MembershipsTable {
  user_id: string;
  organization_id: string;
  membership: Membership;
  created_at: Date;
}

export interface SessionsTable {
  id: string;
  public_id: string;
  user_id: string;
  credential_epoch: number;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  absolute_expires_at: Date;
  ip: string | null;
  user_agent: string | null;
  refresh_generation: Generated<number>;
  refresh_rotated_at: Date;
  refresh_expires_at: Date;
}

export interface CategoriesTable {
  id: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  notice_version: number;
  record_schema: JSONColumnType<RecordSchema> | null;
  notice_grace_days: number | null;
}

/** A version of a category's notice, in all its languages. */
export interface NoticeVersionsTable {
  category_id: number;
  version: number;
  /** What a consent to this version releases. */
  fields: string[];
  published_at: Date;
  /** From then on, consents to this version stand no more; may be still to come. */
  withdrawn_at: Date | null;
}

export interface NoticesTable {
  category_id: number;
  version: number;
  language: Language;
  body: string;
  /** For servers of the version before; `notice_versions` has the moment for all languages. */
  published_at: Generated<Date>;
  /** What is new in it. */
  changes: string | null;
  /** Translated by a machine, and not yet looked at. */
  needs_review: Generated<boolean>;
}

export interface ConsentsTable {
  user_id: string;
  category_id: number;
  granted: boolean;
  granted_at: Date | null;
  revoked_at: Date | null;
  expires_at: Date | null;
  notice_version: number | null;
  notice_language: Language | null;
  notice_hash: string | null;
  end_told_for: Date | null;
}

export interface AccessRequestsTable {
  id: string;
  number: GeneratedAlways<number>;
  organization_id: string;
  user_id: string;
  category_id: number;
  requested_by: string | null;
  purpose: string | null;
  status: AccessStatus;
  expires_at: Date | null;
  max_reads: number | null;
  reads: Generated<number>;
  requested_at: Date;
  decided_at: Date | null;
  last_read_at: Date | null;
  end_told_for: Date | null;
}

export interface LedgerEntriesTable {
  person_id: string;
  seq: number;
  at: Date;
  action: LedgerAction;
  actor_kind: LedgerActor['kind'];
  actor_id: string | null;
  category_id: number | null;
  request_id: string | null;
  details_hash: string;
  prev_hash: string;
  hash: string;
}

export interface LedgerDetailsTable {
  person_id: string;
  seq: number;
  salt: Buffer;
  details: JSONColumnType<{ [key: string]: Json }>;
}

export interface LedgerHeadsTable {
  person_id: string;
  seq: number;
  at: Date;
  hash: string;
}

export interface AuditEventsTable {
  id: string;
  at: Date;
  action: string;
  actor_id: string | null;
  subject_id: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  details: JSONColumnType<{ [key: string]: Json }>;
}

export interface OrganizationInvitationsTable {
  id: string;
  organization_id: string;
  email: string;
  membership: Membership;
  invited_by: string | null;
  invited_at: Date;
  expires_at: Date;
  accepted_at: Date | null;
  cancelled_at: Date | null;
}

export interface OrganizationEventHeadsTable {
  organization_id: string;
  seq: number;
}

export interface OrganizationEventsTable {
  organization_id: string;
  seq: number;
  at: Date;
  action: LedgerAction;
  actor_kind: LedgerActor['kind'];
  actor_id: string | null;
  request_id: string;
  status: AccessStatus;
  decided_at: Date | null;
  reads: number;
  member_id: string | null;
  api_key_id: string | null;
}

/** What the token of a link in a mail is good for. */
export type MailTokenPurpose = 'verify_email' | 'reset_password' | 'change_email' | 'accept_invitation';

export interface MailTokensTable {
  hash: string;
  purpose: MailTokenPurpose;
  user_id: string | null;
  invitation_id: string | null;
  email: string;
  created_at: Date;
  expires_at: Date;
}

export interface RateLimitsTable {
  key: string;
  points: number;
  /** Milliseconds since 1970; pg reads a bigint as text. */
  expire: string | null;
}

export interface OfficerApplicationsTable {
  id: string;
  user_id: string;
  status: ApplicationStatus;
  statement: string | null;
  applied_at: Date;
  decided_at: Date | null;
  decided_by: string | null;
  reason: string | null;
}

/** What a call with a key came to. */
export type KeptOutcome =
  | { result?: unknown }
  | { refusal: { code: ErrorCode; message: string; fields?: FieldErrors | undefined } };

export interface IdempotencyKeysTable {
  user_id: string | null;
  procedure: string;
  key: string;
  input_hash: string;
  outcome: JSONColumnType<KeptOutcome> | null;
  created_at: Date;
  api_key_id: string | null;
  /** Whichever of the two it is. */
  caller_id: GeneratedAlways<string>;
}

/** A person's record of one category, encrypted. */
export interface RecordsTable {
  user_id: string;
  category_id: number;
  key_id: string;
  nonce: Buffer;
  ciphertext: Buffer;
  updated_at: Date;
}

export interface ApiKeysTable {
  id: string;
  organization_id: string;
  name: string;
  hash: string;
  hint: string;
  scopes: ApiKeyScope[];
  category_ids: number[] | null;
  created_by: string | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface RecordKeysTable {
  user_id: string;
  id: string;
  wrapped_key: Buffer;
  master_key_id: string;
  created_at: Date;
}

export interface ReceiptKeysTable {
  id: string;
  /** A JWK. */
  public_key: JSONColumnType<{ [key: string]: Json }>;
  wrapped_private_key: Buffer | null;
  master_key_id: string | null;
  created_at: Date;
  retired_at: Date | null;
}

export type NewAccessRequest = Insertable<AccessRequestsTable>;
