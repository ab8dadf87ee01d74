import type { ApplyAsOfficerInput, OfficerApplication, Role } from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Executor, Trx } from '../../database/connection.ts';
import { lockUsers } from '../../database/queries/admin.queries.ts';
import {
  type ApplicationRecord,
  findApplication,
  findLatestApplication,
  insertApplication,
} from '../../database/queries/officer-applications.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller, PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';

/** True for the roles that an officer's would add nothing to. */
export function needsNoApplication(role: Role): boolean {
  return role === 'OFFICER' || role === 'ADMIN';
}

/**
 * Applies for the role OFFICER. While an application of the caller is open, that one is the answer.
 * @throws DomainError `INVALID_TRANSITION` for officers and administrators
 */
export async function applyAsOfficer(
  trx: Trx,
  caller: PersonCaller,
  input: ApplyAsOfficerInput | undefined,
): Promise<OfficerApplication> {
  const { userId } = caller.principal;
  // Decisions take the same lock: an application cannot be decided, or a second one filed, meanwhile.
  const [account] = await lockUsers(trx, [userId]);
  if (account === undefined || needsNoApplication(account.role)) throw new DomainError('INVALID_TRANSITION');
  const latest = await findLatestApplication(trx, userId);
  if (latest?.status === 'PENDING') return toApplication(latest);
  const id = await fileApplication(trx, caller, userId, input?.statement ?? null);
  const application = await findApplication(trx, id);
  if (application === undefined) throw new Error('unreachable: the application was just filed');
  return toApplication(application);
}

/** Writes an application down. The person has no open one. @returns its id */
export async function fileApplication(
  trx: Trx,
  caller: Caller | PersonCaller,
  userId: string,
  statement: string | null,
): Promise<string> {
  const id = uuidv7();
  await insertApplication(trx, {
    id,
    user_id: userId,
    status: 'PENDING',
    statement,
    applied_at: new Date(),
    decided_at: null,
    decided_by: null,
    reason: null,
  });
  await recordAudit(trx, caller, 'officer_application.filed', {
    subjectId: userId,
    details: { applicationId: id },
  });
  return id;
}

/** The caller's open application, else the one that was decided last. */
export async function findOwnApplication(
  db: Executor,
  { principal }: PersonCaller,
): Promise<OfficerApplication | null> {
  const application = await findLatestApplication(db, principal.userId);
  return application === undefined ? null : toApplication(application);
}

/** An application as its person and administrators see it. */
export function toApplication(application: ApplicationRecord): OfficerApplication {
  const { id, userId, email, firstName, lastName, status, statement, reason } = application;
  return {
    id,
    user: { id: userId, email, firstName, lastName },
    status,
    statement,
    appliedAt: application.appliedAt.toISOString(),
    decidedAt: application.decidedAt?.toISOString() ?? null,
    reason,
  };
}
