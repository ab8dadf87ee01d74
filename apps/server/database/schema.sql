-- The schema after all migrations. Made by `npm run db:dump`; do not edit.

create table access_requests (
  id uuid not null,
  number integer generated always as identity not null,
  organization_id uuid not null,
  user_id uuid not null,
  category_id integer not null,
  requested_by uuid,
  purpose text,
  status text not null,
  expires_at timestamp with time zone,
  max_reads integer,
  reads integer default 0 not null,
  requested_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  last_read_at timestamp with time zone,
  end_told_for timestamp with time zone,
  constraint access_requests_pkey PRIMARY KEY (id),
  constraint access_requests_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint access_requests_check CHECK (((reads >= 0) AND ((max_reads IS NULL) OR (reads <= max_reads)))),
  constraint access_requests_check1 CHECK (((status <> 'EXPIRED'::text) OR (expires_at IS NOT NULL))),
  constraint access_requests_check2 CHECK (((status <> 'EXHAUSTED'::text) OR (max_reads IS NOT NULL))),
  constraint access_requests_max_reads_check CHECK ((max_reads > 0)),
  constraint access_requests_number_key UNIQUE (number),
  constraint access_requests_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint access_requests_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint access_requests_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'DENIED'::text, 'PAUSED'::text, 'REVOKED'::text, 'EXPIRED'::text, 'EXHAUSTED'::text]))),
  constraint access_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX access_requests_ending ON public.access_requests USING btree (expires_at) WHERE ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'PAUSED'::text])) AND (expires_at IS NOT NULL));
CREATE INDEX access_requests_of_organization ON public.access_requests USING btree (organization_id, id DESC);
CREATE INDEX access_requests_of_requester ON public.access_requests USING btree (requested_by);
CREATE INDEX access_requests_of_user ON public.access_requests USING btree (user_id, id DESC);
CREATE UNIQUE INDEX access_requests_one_open ON public.access_requests USING btree (organization_id, user_id, category_id) WHERE (status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'PAUSED'::text]));

create table api_keys (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  hash text not null,
  hint text not null,
  scopes text[] not null,
  category_ids integer[],
  created_by uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_category_ids_check CHECK ((cardinality(category_ids) > 0)),
  constraint api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES profiles(user_id) ON DELETE SET NULL,
  constraint api_keys_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
  constraint api_keys_hash_key UNIQUE (hash),
  constraint api_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint api_keys_scopes_check CHECK (((cardinality(scopes) > 0) AND (scopes <@ ARRAY['read'::text, 'request'::text, 'list'::text])))
);
CREATE INDEX api_keys_of_creator ON public.api_keys USING btree (created_by);
CREATE INDEX api_keys_of_organization ON public.api_keys USING btree (organization_id, id DESC);

create table audit_events (
  id uuid not null,
  at timestamp with time zone not null,
  action text not null,
  actor_id uuid,
  subject_id uuid,
  ip text,
  user_agent text,
  request_id uuid,
  details jsonb default '{}'::jsonb not null,
  constraint audit_events_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_events_of_action ON public.audit_events USING btree (action, id DESC);
CREATE INDEX audit_events_of_actor ON public.audit_events USING btree (actor_id, id DESC);
CREATE INDEX audit_events_of_subject ON public.audit_events USING btree (subject_id, id DESC);

create table categories (
  id integer not null,
  key text not null,
  name text not null,
  description text not null,
  fields text[] not null,
  notice_version integer not null,
  record_schema jsonb,
  notice_grace_days integer,
  constraint categories_pkey PRIMARY KEY (id),
  constraint categories_id_check CHECK ((id > 0)),
  constraint categories_key_key UNIQUE (key),
  constraint categories_notice_grace_days_check CHECK (((notice_grace_days >= 0) AND (notice_grace_days <= 3650))),
  constraint categories_notice_version_check CHECK ((notice_version > 0))
);

create table consents (
  user_id uuid not null,
  category_id integer not null,
  granted boolean not null,
  granted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  expires_at timestamp with time zone,
  notice_version integer,
  notice_language text,
  notice_hash text,
  end_told_for timestamp with time zone,
  constraint consents_pkey PRIMARY KEY (user_id, category_id),
  constraint consents_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint consents_check CHECK (((NOT granted) OR ((granted_at IS NOT NULL) AND (revoked_at IS NULL) AND (notice_version IS NOT NULL) AND (notice_language IS NOT NULL)))),
  constraint consents_check1 CHECK ((granted OR (revoked_at IS NOT NULL))),
  constraint consents_notice_hash_check CHECK ((notice_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint consents_notice_language_check CHECK ((notice_language = ANY (ARRAY['en'::text, 'hi'::text, 'gu'::text]))),
  constraint consents_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX consents_ending ON public.consents USING btree (expires_at) WHERE (granted AND (expires_at IS NOT NULL));
CREATE INDEX consents_of_notice ON public.consents USING btree (category_id, notice_version) WHERE granted;

create table idempotency_keys (
  user_id uuid,
  procedure text not null,
  key text not null,
  input_hash text not null,
  outcome jsonb,
  created_at timestamp with time zone not null,
  api_key_id uuid,
  caller_id uuid generated always as (COALESCE(user_id, api_key_id)) stored not null,
  constraint idempotency_keys_pkey PRIMARY KEY (caller_id, procedure, key),
  constraint idempotency_keys_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(id) ON DELETE CASCADE,
  constraint idempotency_keys_check CHECK ((num_nonnulls(user_id, api_key_id) = 1)),
  constraint idempotency_keys_input_hash_check CHECK ((input_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint idempotency_keys_key_check CHECK ((key ~ '^[!-~]{1,255}$'::text)),
  constraint idempotency_keys_of_user UNIQUE (user_id, procedure, key),
  constraint idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES profiles(user_id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX idempotency_keys_of_api_key ON public.idempotency_keys USING btree (api_key_id);

create table ledger_details (
  person_id uuid not null,
  seq integer not null,
  salt bytea not null,
  details jsonb not null,
  constraint ledger_details_pkey PRIMARY KEY (person_id, seq),
  constraint ledger_details_salt_check CHECK ((octet_length(salt) = 16))
);

create table ledger_entries (
  person_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  action text not null,
  actor_kind text not null,
  actor_id uuid,
  category_id integer,
  request_id uuid,
  details_hash text not null,
  prev_hash text not null,
  hash text not null,
  constraint ledger_entries_pkey PRIMARY KEY (person_id, seq),
  constraint ledger_entries_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'organization'::text, 'system'::text, 'admin'::text]))),
  constraint ledger_entries_check CHECK (((actor_kind = 'system'::text) = (actor_id IS NULL))),
  constraint ledger_entries_details_hash_check CHECK ((details_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint ledger_entries_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
  constraint ledger_entries_prev_hash_check CHECK ((prev_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint ledger_entries_seq_check CHECK ((seq > 0))
);
CREATE INDEX ledger_entries_but_reads ON public.ledger_entries USING btree (person_id, seq DESC) WHERE (action <> ALL (ARRAY['ACCESS_READ'::text, 'ACCESS_REFUSED'::text]));
CREATE INDEX ledger_entries_of_category ON public.ledger_entries USING btree (person_id, category_id, seq DESC) WHERE (action <> ALL (ARRAY['ACCESS_READ'::text, 'ACCESS_REFUSED'::text]));

create table ledger_heads (
  person_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  hash text not null,
  constraint ledger_heads_pkey PRIMARY KEY (person_id),
  constraint ledger_heads_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
  constraint ledger_heads_seq_check CHECK ((seq >= 0))
);

create table mail_tokens (
  hash text not null,
  purpose text not null,
  user_id uuid,
  invitation_id uuid,
  email text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint mail_tokens_pkey PRIMARY KEY (hash),
  constraint mail_tokens_check CHECK (((purpose = 'accept_invitation'::text) = (invitation_id IS NOT NULL))),
  constraint mail_tokens_check1 CHECK (((purpose = 'accept_invitation'::text) = (user_id IS NULL))),
  constraint mail_tokens_email_check CHECK ((email <> ''::text)),
  constraint mail_tokens_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
  constraint mail_tokens_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES organization_invitations(id) ON DELETE CASCADE,
  constraint mail_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['verify_email'::text, 'reset_password'::text, 'change_email'::text, 'accept_invitation'::text]))),
  constraint mail_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX mail_tokens_expiry ON public.mail_tokens USING btree (expires_at);
CREATE INDEX mail_tokens_of_invitation ON public.mail_tokens USING btree (invitation_id);
CREATE INDEX mail_tokens_of_user ON public.mail_tokens USING btree (user_id);

create table memberships (
  user_id uuid not null,
  organization_id uuid not null,
  membership text not null,
  created_at timestamp with time zone not null,
  constraint memberships_pkey PRIMARY KEY (user_id),
  constraint memberships_membership_check CHECK ((membership = ANY (ARRAY['owner'::text, 'member'::text]))),
  constraint memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX memberships_organization ON public.memberships USING btree (organization_id);

create table notice_versions (
  category_id integer not null,
  version integer not null,
  fields text[] not null,
  published_at timestamp with time zone not null,
  withdrawn_at timestamp with time zone,
  constraint notice_versions_pkey PRIMARY KEY (category_id, version),
  constraint notice_versions_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint notice_versions_version_check CHECK ((version > 0))
);

create table notices (
  category_id integer not null,
  version integer not null,
  language text not null,
  body text not null,
  published_at timestamp with time zone default now() not null,
  changes text,
  needs_review boolean default false not null,
  constraint notices_pkey PRIMARY KEY (category_id, version, language),
  constraint notices_body_check CHECK ((body <> ''::text)),
  constraint notices_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint notices_category_id_version_fkey FOREIGN KEY (category_id, version) REFERENCES notice_versions(category_id, version),
  constraint notices_changes_check CHECK ((changes <> ''::text)),
  constraint notices_language_check CHECK ((language = ANY (ARRAY['en'::text, 'hi'::text, 'gu'::text]))),
  constraint notices_version_check CHECK ((version > 0))
);

create table officer_applications (
  id uuid not null,
  user_id uuid not null,
  status text not null,
  statement text,
  applied_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  reason text,
  constraint officer_applications_pkey PRIMARY KEY (id),
  constraint officer_applications_check CHECK (((status = 'PENDING'::text) = (decided_at IS NULL))),
  constraint officer_applications_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint officer_applications_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'APPROVED'::text, 'DENIED'::text]))),
  constraint officer_applications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX officer_applications_of_decider ON public.officer_applications USING btree (decided_by);
CREATE INDEX officer_applications_of_user ON public.officer_applications USING btree (user_id, id DESC);
CREATE UNIQUE INDEX officer_applications_one_pending ON public.officer_applications USING btree (user_id) WHERE (status = 'PENDING'::text);

create table organization_event_heads (
  organization_id uuid not null,
  seq integer not null,
  constraint organization_event_heads_pkey PRIMARY KEY (organization_id),
  constraint organization_event_heads_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint organization_event_heads_seq_check CHECK ((seq > 0))
);

create table organization_events (
  organization_id uuid not null,
  seq integer not null,
  at timestamp with time zone not null,
  action text not null,
  actor_kind text not null,
  actor_id uuid,
  request_id uuid not null,
  status text not null,
  decided_at timestamp with time zone,
  reads integer not null,
  member_id uuid,
  api_key_id uuid,
  constraint organization_events_pkey PRIMARY KEY (organization_id, seq),
  constraint organization_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'organization'::text, 'system'::text, 'admin'::text]))),
  constraint organization_events_check CHECK (((actor_kind = 'system'::text) = (actor_id IS NULL))),
  constraint organization_events_check1 CHECK ((num_nonnulls(member_id, api_key_id) <= ((actor_kind = 'organization'::text))::integer)),
  constraint organization_events_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization_event_heads(organization_id) ON DELETE CASCADE,
  constraint organization_events_request_id_fkey FOREIGN KEY (request_id) REFERENCES access_requests(id) ON DELETE CASCADE,
  constraint organization_events_seq_check CHECK ((seq > 0))
);
CREATE INDEX organization_events_by_age ON public.organization_events USING btree (at);
CREATE INDEX organization_events_of_request ON public.organization_events USING btree (request_id);

create table organization_invitations (
  id uuid not null,
  organization_id uuid not null,
  email text not null,
  membership text not null,
  invited_by uuid,
  invited_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  constraint organization_invitations_pkey PRIMARY KEY (id),
  constraint organization_invitations_check CHECK (((accepted_at IS NULL) OR (cancelled_at IS NULL))),
  constraint organization_invitations_email_check CHECK ((email <> ''::text)),
  constraint organization_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint organization_invitations_membership_check CHECK ((membership = ANY (ARRAY['owner'::text, 'member'::text]))),
  constraint organization_invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX organization_invitations_of_inviter ON public.organization_invitations USING btree (invited_by);
CREATE INDEX organization_invitations_of_organization ON public.organization_invitations USING btree (organization_id, id DESC);
CREATE UNIQUE INDEX organization_invitations_one_open ON public.organization_invitations USING btree (organization_id, email) WHERE ((accepted_at IS NULL) AND (cancelled_at IS NULL));

create table organizations (
  id uuid not null,
  number integer generated always as identity not null,
  name text not null,
  website text,
  address text,
  verified_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_name_check CHECK ((name <> ''::text)),
  constraint organizations_number_key UNIQUE (number)
);

create table profiles (
  user_id uuid not null,
  language text not null,
  bio text,
  avatar text,
  mobile text,
  address text,
  location text,
  url text,
  mail_about text[] default '{requests,decisions,endings}'::text[] not null,
  constraint profiles_pkey PRIMARY KEY (user_id),
  constraint profiles_language_check CHECK ((language = ANY (ARRAY['en'::text, 'hi'::text, 'gu'::text]))),
  constraint profiles_mail_about_check CHECK ((mail_about <@ ARRAY['requests'::text, 'decisions'::text, 'endings'::text])),
  constraint profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create unlogged table rate_limits (
  key text not null,
  points integer default 0 not null,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);
CREATE INDEX rate_limits_expiry ON public.rate_limits USING btree (expire);

create table records (
  user_id uuid not null,
  category_id integer not null,
  key_id uuid not null,
  nonce bytea not null,
  ciphertext bytea not null,
  updated_at timestamp with time zone not null,
  constraint records_pkey PRIMARY KEY (user_id, category_id),
  constraint records_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint records_nonce_check CHECK ((octet_length(nonce) = 12)),
  constraint records_user_id_fkey FOREIGN KEY (user_id) REFERENCES profiles(user_id) ON DELETE CASCADE
);

create table sessions (
  id text not null,
  public_id uuid not null,
  user_id uuid not null,
  credential_epoch integer not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  absolute_expires_at timestamp with time zone not null,
  ip text,
  user_agent text,
  refresh_generation integer default 0 not null,
  refresh_rotated_at timestamp with time zone not null,
  refresh_expires_at timestamp with time zone not null,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_check CHECK ((expires_at <= absolute_expires_at)),
  constraint sessions_check1 CHECK ((refresh_expires_at <= absolute_expires_at)),
  constraint sessions_id_check CHECK ((id ~ '^[0-9a-f]{64}$'::text)),
  constraint sessions_public_id_key UNIQUE (public_id),
  constraint sessions_refresh_generation_check CHECK ((refresh_generation >= 0)),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX sessions_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_user ON public.sessions USING btree (user_id, created_at);

create table users (
  id uuid not null,
  number integer generated always as identity not null,
  email text not null,
  username text not null,
  username_canonical text not null,
  first_name text,
  last_name text,
  role text not null,
  password_hash text not null,
  credential_epoch integer default 0 not null,
  email_verified_at timestamp with time zone,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_credential_epoch_check CHECK ((credential_epoch >= 0)),
  constraint users_email_check CHECK (((email <> ''::text) AND (email !~ '[A-Z[:space:]]'::text))),
  constraint users_email_key UNIQUE (email),
  constraint users_number_key UNIQUE (number),
  constraint users_role_check CHECK ((role = ANY (ARRAY['CITIZEN'::text, 'ORGANIZATION'::text, 'OFFICER'::text, 'DOCTOR'::text, 'PATIENT'::text, 'ADMIN'::text]))),
  constraint users_username_canonical_check CHECK ((username_canonical !~ '[A-Z[:space:]]'::text)),
  constraint users_username_canonical_key UNIQUE (username_canonical),
  constraint users_username_check CHECK ((username <> ''::text))
);

create table truconn_keys.receipt_keys (
  id text not null,
  public_key jsonb not null,
  wrapped_private_key bytea,
  master_key_id text,
  created_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint receipt_keys_pkey PRIMARY KEY (id),
  constraint receipt_keys_check CHECK (((retired_at IS NULL) = (wrapped_private_key IS NOT NULL))),
  constraint receipt_keys_check1 CHECK (((wrapped_private_key IS NULL) = (master_key_id IS NULL)))
);
CREATE UNIQUE INDEX receipt_keys_one_signs ON truconn_keys.receipt_keys USING btree ((true)) WHERE (retired_at IS NULL);

create table truconn_keys.record_keys (
  user_id uuid not null,
  id uuid not null,
  wrapped_key bytea not null,
  master_key_id text not null,
  created_at timestamp with time zone not null,
  constraint record_keys_pkey PRIMARY KEY (user_id),
  constraint record_keys_id_key UNIQUE (id)
);

CREATE OR REPLACE FUNCTION public.refuse_ledger_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
    end $function$;

CREATE TRIGGER ledger_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
