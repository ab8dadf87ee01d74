import type {
  ApplicationListInput,
  DecideApplicationInput,
  OfficerApplication,
  Page,
} from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  type ApplicationRecord,
  findApplication,
  listApplications,
  updateApplication,
} from '../../database/queries/officer-applications.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import { listPage, uuidKey } from '../paging.ts';
import { toApplication } from '../profile/officer-application.ts';
import { type LockedAccount, lockAccount } from './lock-account.ts';
import { writeRole } from './write-role.ts';

const OUTCOMES = {
  approve: { status: 'APPROVED', action: 'officer_application.approved' },
  deny: { status: 'DENIED', action: 'officer_application.denied' },
} as const;

/** Applications, newest first, by status. */
export function listOfficerApplications(
  db: Executor,
  input: ApplicationListInput | undefined,
): Promise<Page<OfficerApplication>> {
  return listPage(input, {
    key: uuidKey,
    read: ({ after: before, limit }) => listApplications(db, { before, limit, status: input?.status }),
    keyOf: (application) => application.id,
    present: toApplication,
  });
}

/**
 * Decides an application and tells its person by mail; who is approved is an officer from the next request.
 * Deciding once more what was decided writes nothing.
 * @throws DomainError `INVALID_INPUT` on `reason` when a denial has none, `NOT_FOUND`, `FORBIDDEN` on one's own,
 *   `INVALID_TRANSITION` when it was decided otherwise, or to approve somebody who is an administrator by now
 */
export async function decideApplication(
  trx: Trx,
  caller: PersonCaller,
  input: DecideApplicationInput,
): Promise<OfficerApplication> {
  if (input.decision === 'deny' && input.reason === undefined) {
    throw invalidField('reason', 'Say why: the person reads it.');
  }
  const { userId } = await readApplication(trx, input.applicationId);
  const account = await lockAccount(trx, caller, userId);
  const application = await readApplication(trx, input.applicationId);
  if (application.status === OUTCOMES[input.decision].status) return toApplication(application);
  // The role of an officer would take an administrator's away.
  const wouldDemote = input.decision === 'approve' && account.role === 'ADMIN';
  if (application.status !== 'PENDING' || wouldDemote) throw new DomainError('INVALID_TRANSITION');
  await writeDecision(trx, caller, account, input);
  return toApplication(await readApplication(trx, input.applicationId));
}

async function writeDecision(
  trx: Trx,
  caller: PersonCaller,
  account: LockedAccount,
  input: DecideApplicationInput,
): Promise<void> {
  const { applicationId, decision } = input;
  const { status, action } = OUTCOMES[decision];
  const reason = input.reason ?? null;
  await updateApplication(trx, applicationId, {
    status,
    decided_at: new Date(),
    decided_by: caller.principal.userId,
    reason,
  });
  await recordAudit(trx, caller, action, { subjectId: account.id, details: { applicationId, reason } });
  if (decision === 'approve') await writeRole(trx, caller, account, 'OFFICER', { applicationId });
  if (account.disabledAt === null) {
    await enqueueMail(trx, { kind: 'officer_application_decided', applicationId });
  }
}

async function readApplication(db: Executor, applicationId: string): Promise<ApplicationRecord> {
  const application = await findApplication(db, applicationId);
  if (application === undefined) throw new DomainError('NOT_FOUND');
  return application;
}
