// The statements of one `orgAccess.read`, word for word, by the server's names and in its order: PostgreSQL does the same
// work for both. `apps/server/test/release/statements.test.ts` holds the two to each other.

export const FIND_SUBJECT = {
  name: 'request_subjects',
  text: 'select "id", "user_id" as "personId", "category_id" as "categoryId" from "access_requests" where "organization_id" = $1 and "id" = any($2::uuid[])',
};

export const CHARGE = {
  name: 'rate_limits:rlflx-upsert',
  text: 'INSERT INTO "rate_limits" VALUES ($1, $2, $3) ON CONFLICT(key) DO UPDATE SET points = CASE WHEN ("rate_limits".expire <= $4 OR 1=0) THEN $2 ELSE "rate_limits".points + ($2) END, expire = CASE WHEN "rate_limits".expire <= $4 THEN $3 ELSE "rate_limits".expire END RETURNING points, expire;',
};

export const LOCK_LEDGER = {
  name: 'ledger_head_lock',
  text: 'select "personId", "seq", "at", "hash", pg_advisory_xact_lock_shared(7305120) as "kept" from (select "person_id" as "personId", "seq", "at", "hash" from "ledger_heads" where "person_id" = $1 for update) as "head"',
};

export const FIND_REQUEST = {
  name: 'request_by_id',
  text: `select "request"."id", "request"."number", "request"."organization_id" as "organizationId", "organization"."number" as "organizationNumber", "organization"."name" as "organizationName", "organization"."verified_at" as "organizationVerifiedAt", "request"."user_id" as "userId", "person"."number" as "userNumber", "person"."first_name" as "firstName", "person"."last_name" as "lastName", "request"."category_id" as "categoryId", "category"."name" as "categoryName", "request"."purpose", "request"."expires_at" as "expiresAt", "request"."max_reads" as "maxReads", "request"."reads", "request"."last_read_at" as "lastReadAt", "request"."requested_at" as "requestedAt", "request"."decided_at" as "decidedAt", "request"."status" as "storedStatus", case when request.status not in ('PENDING', 'APPROVED', 'PAUSED') then request.status when request.expires_at <= $1 and coalesce(request.expires_at <= least(consent.expires_at, agreed.withdrawn_at), true) then 'EXPIRED' when consent.granted is not true or least(consent.expires_at, agreed.withdrawn_at) <= $2 then 'REVOKED' else request.status end as "status" from "access_requests" as "request" inner join "organizations" as "organization" on "organization"."id" = "request"."organization_id" inner join "users" as "person" on "person"."id" = "request"."user_id" inner join "categories" as "category" on "category"."id" = "request"."category_id" left join "consents" as "consent" on "consent"."user_id" = "request"."user_id" and "consent"."category_id" = "request"."category_id" left join "notice_versions" as "agreed" on "agreed"."category_id" = "consent"."category_id" and "agreed"."version" = "consent"."notice_version" where "request"."id" = $3 and "request"."user_id" = $4`,
};

export const FIND_CONSENT = {
  name: 'consent_by_category',
  text: 'select "category"."id" as "categoryId", "category"."key", "category"."name", "category"."description", "category"."fields", "category"."notice_version" as "currentNoticeVersion", "consent"."granted", "consent"."granted_at" as "grantedAt", "consent"."revoked_at" as "revokedAt", "consent"."expires_at" as "expiresAt", "consent"."notice_version" as "noticeVersion", "consent"."notice_language" as "noticeLanguage", "consent"."notice_hash" as "noticeHash", "agreed"."fields" as "agreedFields", "agreed"."withdrawn_at" as "withdrawnAt" from "categories" as "category" left join "consents" as "consent" on "consent"."category_id" = "category"."id" and "consent"."user_id" = $1 left join "notice_versions" as "agreed" on "agreed"."category_id" = "consent"."category_id" and "agreed"."version" = "consent"."notice_version" where "category"."id" = $2',
};

export const FIND_SOURCE = {
  name: 'release_source',
  text: 'select "users"."disabled_at" as "disabledAt", "users"."first_name" as "firstName", "users"."last_name" as "lastName", "users"."username", "users"."email", "profiles"."mobile", "profiles"."address", "profiles"."location", "profiles"."url", "profiles"."bio", "profiles"."language", "categories"."record_schema" is not null as "fromRecord" from "users" inner join "profiles" on "profiles"."user_id" = "users"."id" inner join "categories" on "categories"."id" = $1 where "users"."id" = $2',
};

export const SAVE_READ = {
  name: 'read_save',
  text: 'update "access_requests" set "reads" = $1, "last_read_at" = $2 where "id" = $3',
};

export const INSERT_ENTRY = {
  name: 'ledger_entry_insert',
  text: 'with "entry" as (insert into "ledger_entries" ("person_id", "seq", "at", "action", "actor_kind", "actor_id", "category_id", "request_id", "details_hash", "prev_hash", "hash") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)), "details" as (insert into "ledger_details" ("person_id", "seq", "salt", "details") values ($12, $13, $14, $15)) update "ledger_heads" set "seq" = $16, "at" = $17, "hash" = $18 where "person_id" = $19',
};

export const INSERT_EVENTS = {
  name: 'organization_events_insert',
  text: 'with noted as ( select *, row_number() over (partition by "organizationId" order by place) as nth, count(*) over (partition by "organizationId") as total from json_to_recordset($1::json) as event ( "organizationId" uuid, at timestamptz, action text, kind text, id uuid, "requestId" uuid, status text, "decidedAt" timestamptz, reads integer, "memberId" uuid, "apiKeyId" uuid, place integer) ), heads as ( insert into organization_event_heads as head (organization_id, seq) select "organizationId", count(*) from noted group by 1 order by 1 on conflict (organization_id) do update set seq = head.seq + excluded.seq returning organization_id, seq ) insert into organization_events (organization_id, seq, at, action, actor_kind, actor_id, request_id, status, decided_at, reads, member_id, api_key_id) select organization_id, seq - total + nth, at, action, kind, id, "requestId", status, "decidedAt", reads, "memberId", "apiKeyId" from noted join heads on organization_id = "organizationId"',
};

/** All of them, in their order: the first two before the transaction. */
export const RELEASE_STATEMENTS = [
  FIND_SUBJECT,
  CHARGE,
  LOCK_LEDGER,
  FIND_REQUEST,
  FIND_CONSENT,
  FIND_SOURCE,
  SAVE_READ,
  INSERT_ENTRY,
  INSERT_EVENTS,
];
