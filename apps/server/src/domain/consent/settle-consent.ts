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
import { hasRunOut, revoked, toConsentState } from './consent-state.ts';

/** A consent as the transaction found it, with the version of the notice that is current. */
export type FoundConsent = CategoryConsent & { currentNoticeVersion: number };

/**
 * Reads a person's consent under their lock. One past its end is written down as revoked first, with
 * the requests that hang on it.
 * @returns nothing for a category that does not exist
 */
export async function settleConsent(
  trx: Trx,
  ledger: LockedLedger,
  categoryId: number,
): Promise<FoundConsent | undefined> {
  const consent = await findConsent(trx, ledger.personId, categoryId);
  if (consent === undefined || consent.expiresAt === null || !hasRunOut(consent, ledger.now)) return consent;
  const after = revoked(consent, consent.expiresAt);
  await withdrawConsent(trx, ledger, consent, after, 'CONSENT_EXPIRED', SYSTEM);
  return { ...consent, ...after };
}

/** Writes a consent's end and, with it, the end of every open request on that category. */
export async function withdrawConsent(
  trx: Trx,
  ledger: LockedLedger,
  before: FoundConsent,
  after: StoredConsent,
  action: LedgerAction,
  actor: LedgerActor,
): Promise<void> {
  // Read before the consent is closed: a request that reached its own end first is EXPIRED, not REVOKED.
  const open = await listOpenRequests(trx, ledger.personId, before.categoryId, ledger.now);
  await writeConsent(trx, ledger, before, after, action, actor);
  for (const request of open) {
    const expired = request.status === 'EXPIRED';
    await closeRequest(trx, ledger, request, expired ? 'EXPIRED' : 'REVOKED', expired ? SYSTEM : actor);
  }
}

/** Writes a consent and the ledger entry that records the change. */
export async function writeConsent(
  trx: Trx,
  ledger: LockedLedger,
  before: FoundConsent,
  after: StoredConsent,
  action: LedgerAction,
  actor: LedgerActor,
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
    },
  });
}
