import type { LedgerAction, LedgerActor } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import {
  type CategoryConsent,
  findConsent,
  type StoredConsent,
  saveConsent,
} from '../../database/queries/consent.queries.ts';
import { listOpenRequests } from '../../database/queries/org-access.queries.ts';
import type { LockedLedger } from '../ledger/append-entry.ts';
import { closeRequest, SYSTEM } from '../org-access/close-request.ts';
import { reachedEnd, revoked, toConsentState } from './consent-state.ts';

/**
 * Reads a person's consent under their lock. One past its end is written down as revoked first, with
 * the requests that hang on it.
 * @returns nothing for a category that does not exist
 */
export async function settleConsent(
  trx: Trx,
  ledger: LockedLedger,
  categoryId: number,
): Promise<CategoryConsent | undefined> {
  const consent = await findConsent(trx, ledger.personId, categoryId);
  return consent && settleFound(trx, ledger, consent);
}

/** The same with a consent that was read under the lock already. */
export async function settleFound<Consent extends CategoryConsent>(
  trx: Trx,
  ledger: LockedLedger,
  consent: Consent,
): Promise<Consent> {
  const end = reachedEnd(consent, ledger.now);
  if (end === undefined) return consent;
  const after = revoked(consent, end.at);
  const cause: Cause = end.byNotice
    ? { action: 'CONSENT_REVOKED', actor: SYSTEM, reason: 'NOTICE_WITHDRAWN' }
    : { action: 'CONSENT_EXPIRED', actor: SYSTEM };
  await withdrawConsent(trx, ledger, consent, after, cause);
  return { ...consent, ...after };
}

/** Why a consent changes, as its entry says it. */
export interface Cause {
  action: LedgerAction;
  actor: LedgerActor;
  /** Of what the system does to a consent before its end. */
  reason?: 'NOTICE_WITHDRAWN';
}

/** Writes a consent's end and, with it, the end of every open request on that category. */
export async function withdrawConsent(
  trx: Trx,
  ledger: LockedLedger,
  before: CategoryConsent,
  after: StoredConsent,
  cause: Cause,
): Promise<void> {
  // Read before the consent is closed: a request that reached its own end first is EXPIRED, not REVOKED.
  const open = await listOpenRequests(trx, ledger.personId, before.categoryId, ledger.now);
  await writeConsent(trx, ledger, before, after, cause);
  for (const request of open) {
    const expired = request.status === 'EXPIRED';
    await closeRequest(trx, ledger, request, expired ? 'EXPIRED' : 'REVOKED', expired ? SYSTEM : cause.actor);
  }
}

/** Writes a consent and the ledger entry that records the change. */
export async function writeConsent(
  trx: Trx,
  ledger: LockedLedger,
  before: CategoryConsent,
  after: StoredConsent,
  { action, actor, reason }: Cause,
): Promise<void> {
  await saveConsent(trx, ledger.personId, before.categoryId, after);
  await ledger.append({
    action,
    actor,
    categoryId: before.categoryId,
    request: null,
    details: {
      category: before.key,
      before: { ...toConsentState(before) },
      after: { ...toConsentState(after) },
      ...(reason !== undefined && { reason }),
    },
  });
}
