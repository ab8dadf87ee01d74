import type { AccessStatus, LedgerAction, LedgerActor } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import {
  type AccessRequestRecord,
  findOpenRequest,
  type RequestTriple,
  setRequestStatus,
} from '../../database/queries/org-access.queries.ts';
import type { LockedLedger } from '../ledger/append-entry.ts';
import { mailDecision } from './mail-decision.ts';

/** The actor of what happens by the clock. */
export const SYSTEM: LedgerActor = { kind: 'system', id: null };

/** Moves a request to another status, with its ledger entry and, where a person decides, its mails. */
export async function moveRequest(
  trx: Trx,
  ledger: LockedLedger,
  request: AccessRequestRecord,
  to: AccessStatus,
  action: LedgerAction,
  actor: LedgerActor,
): Promise<AccessRequestRecord> {
  // What the clock ends, nobody has decided.
  const decidedAt = actor.kind === 'system' ? request.decidedAt : ledger.now;
  await setRequestStatus(trx, request.id, to, decidedAt);
  const moved = { ...request, status: to, storedStatus: to, decidedAt };
  await ledger.append({
    action,
    actor,
    categoryId: request.categoryId,
    request: moved,
    details: requestDetails(request, to),
  });
  if (actor.kind === 'person') await mailDecision(trx, request.id, action, ledger.now);
  return moved;
}

/** Ends a request because its consent or its time has ended. */
export async function closeRequest(
  trx: Trx,
  ledger: LockedLedger,
  request: AccessRequestRecord,
  to: 'REVOKED' | 'EXPIRED',
  actor: LedgerActor,
): Promise<AccessRequestRecord> {
  return moveRequest(trx, ledger, request, to, to === 'EXPIRED' ? 'ACCESS_EXPIRED' : 'ACCESS_REVOKED', actor);
}

/** The open request of a triple. One past its end is written down as EXPIRED, and makes room for another. */
export async function settleOpenRequest(
  trx: Trx,
  ledger: LockedLedger,
  triple: RequestTriple,
): Promise<AccessRequestRecord | undefined> {
  const open = await findOpenRequest(trx, triple, ledger.now);
  if (open?.status !== 'EXPIRED') return open;
  await closeRequest(trx, ledger, open, 'EXPIRED', SYSTEM);
  return undefined;
}

/** What an entry about a request says: who asked for what, before and after. */
export function requestDetails(request: AccessRequestRecord, after: AccessStatus) {
  return {
    organization: { id: request.organizationId, name: request.organizationName },
    purpose: request.purpose,
    expiresAt: request.expiresAt?.toISOString() ?? null,
    maxReads: request.maxReads,
    before: request.storedStatus === null ? null : { status: request.storedStatus },
    after: { status: after },
  };
}
