import type { Json } from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Executor } from '../../database/connection.ts';
import { insertAuditEvent, type NewAuditEvent } from '../../database/queries/audit.queries.ts';
import type { ApiKeyCaller, Caller, PersonCaller } from '../caller.ts';

/** What the audit log knows. Dotted, so that what stands before the dot names a family. */
export const AUDIT_ACTIONS = [
  'user.signed_up',
  'user.imported',
  'user.sign_in',
  'user.sign_in_failed',
  'user.sign_in_delayed',
  'user.password_changed',
  'user.password_check_failed',
  'user.password_reset_requested',
  'user.password_reset_mailed',
  'user.password_reset',
  'user.email_verified',
  'user.email_change_requested',
  'user.email_changed',
  'user.disabled',
  'user.enabled',
  'user.role_changed',
  'session.ended',
  'session.all_ended',
  'session.refresh_reused',
  'access.denied',
  'officer_application.filed',
  'officer_application.approved',
  'officer_application.denied',
  'organization.verified',
  'organization.unverified',
  'organization.key_created',
  'organization.key_revoked',
  'category.created',
  'category.updated',
  'notice.published',
  'notice.withdrawn',
  'notice.reviewed',
  'member.invited',
  'member.invitation_cancelled',
  'member.joined',
  'member.removed',
  'member.membership_changed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditDetails {
  /** Whom it was done to; the actor unless told. */
  subjectId?: string | null;
  /** Never a password, token or cookie. */
  details?: { [key: string]: Json };
}

/** Who did it, as far as is known. */
type Doer = Caller | PersonCaller | ApiKeyCaller;

/** One line of the audit log: who did what to whom, from where. An API key is no actor: the details name it. */
export function auditEvent(
  caller: Doer,
  action: AuditAction,
  { subjectId, details }: AuditDetails = {},
): NewAuditEvent {
  const actorId = 'principal' in caller ? caller.principal.userId : null;
  return {
    id: uuidv7(),
    at: new Date(),
    action,
    actor_id: actorId,
    subject_id: subjectId ?? actorId,
    ip: caller.ip,
    user_agent: caller.userAgent,
    request_id: caller.requestId,
    details: JSON.stringify({ ...details, ...('apiKey' in caller && { apiKeyId: caller.apiKey.id }) }),
  };
}

/** Writes one line of the audit log. */
export async function recordAudit(
  db: Executor,
  caller: Doer,
  action: AuditAction,
  details?: AuditDetails,
): Promise<void> {
  await insertAuditEvent(db, auditEvent(caller, action, details));
}
