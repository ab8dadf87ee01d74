// The SQL of the baseline. The two reads are the server's own, word for word, so that PostgreSQL does
// the same work for both.

const PERSON =
  '"users"."id", "users"."number", "users"."email", "users"."username", "users"."first_name" as "firstName", "users"."last_name" as "lastName", "users"."role", "users"."email_verified_at" as "emailVerifiedAt", "users"."disabled_at" as "disabledAt", "users"."created_at" as "createdAt", "profiles"."language", "profiles"."bio", "profiles"."avatar", "profiles"."mobile", "profiles"."address", "profiles"."location", "profiles"."url", "organizations"."id" as "organizationId", "organizations"."number" as "organizationNumber", "organizations"."name" as "organizationName", "memberships"."membership"';

const WITH_PROFILE_AND_MEMBERSHIP =
  'inner join "profiles" on "profiles"."user_id" = "users"."id" left join "memberships" on "memberships"."user_id" = "users"."id" left join "organizations" on "organizations"."id" = "memberships"."organization_id"';

export const FIND_SESSION = {
  name: 'session_by_token',
  text: `select "sessions"."id" as "tokenHash", "sessions"."public_id" as "sessionId", "sessions"."created_at" as "startedAt", "sessions"."last_seen_at" as "lastSeenAt", "sessions"."expires_at" as "expiresAt", "sessions"."absolute_expires_at" as "absoluteExpiresAt", "sessions"."ip", "sessions"."user_agent" as "userAgent", ${PERSON} from "sessions" inner join "users" on "users"."id" = "sessions"."user_id" and "users"."credential_epoch" = "sessions"."credential_epoch" and "users"."disabled_at" is null ${WITH_PROFILE_AND_MEMBERSHIP} where "sessions"."id" = $1`,
};

export const FIND_CREDENTIAL = {
  name: 'credential_by_email',
  text: `select ${PERSON}, "users"."password_hash" as "passwordHash", "users"."credential_epoch" as "credentialEpoch" from "users" ${WITH_PROFILE_AND_MEMBERSHIP} where "users"."email" = $1`,
};

export const INSERT_SESSION = {
  name: 'insert_session',
  text: `insert into sessions (id, public_id, user_id, credential_epoch, created_at, last_seen_at, expires_at, absolute_expires_at, refresh_rotated_at, refresh_expires_at)
    values ($1, $2, $3, $4, now(), now(), now() + interval '14 days', now() + interval '30 days', now(), now() + interval '1 day')`,
};
