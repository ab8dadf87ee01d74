import type { Trx } from '../../database/connection.ts';
import { listEndedConsents, listEndedRequests } from '../../database/queries/endings.queries.ts';
import { lockLedger } from '../ledger/append-entry.ts';
import { closeRequest, SYSTEM } from '../org-access/close-request.ts';
import { settleConsent } from './settle-consent.ts';

/**
 * Writes down what of a person has ended by the clock: consents, the requests that hang on them, and requests past
 * their own end. Who watches hears of it. What was written down already is not written again.
 */
export async function settlePerson(trx: Trx, personId: string): Promise<void> {
  const ledger = await lockLedger(trx, personId);
  if (ledger === undefined) return;
  for (const categoryId of await listEndedConsents(trx, personId, ledger.now)) {
    await settleConsent(trx, ledger, categoryId);
  }
  for (const request of await listEndedRequests(trx, personId, ledger.now)) {
    await closeRequest(trx, ledger, request, 'EXPIRED', SYSTEM);
  }
}
