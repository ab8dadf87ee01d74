import type { Trx } from '../../database/connection.ts';
import type { CategoryConsent } from '../../database/queries/consent.queries.ts';
import {
  type AccessRequestRecord,
  findRequestOfPerson,
  type RequestKey,
} from '../../database/queries/org-access.queries.ts';
import { settleConsent } from '../consent/settle-consent.ts';
import type { LockedLedger } from '../ledger/append-entry.ts';
import { closeRequest, SYSTEM } from './close-request.ts';

/** A request and the consent that it hangs on, as they stand now and as they are written. */
export interface SettledRequest {
  consent: CategoryConsent;
  request: AccessRequestRecord;
}

/**
 * Reads a request to the data of the person whose ledger is locked, and first writes down what the clock has ended:
 * the consent, and the request.
 * @returns nothing for a request to somebody else's data
 */
export async function settleRequest(
  trx: Trx,
  ledger: LockedLedger,
  key: RequestKey,
): Promise<SettledRequest | undefined> {
  const found = await findRequestOfPerson(trx, ledger.personId, key, ledger.now);
  const consent = found && (await settleConsent(trx, ledger, found.categoryId));
  if (found === undefined || consent === undefined) return undefined;
  // It stands as it is written: nothing of it has just been settled.
  if (found.status === found.storedStatus) return { consent, request: found };
  const request = (await findRequestOfPerson(trx, ledger.personId, key, ledger.now)) ?? found;
  const ended = request.status === 'EXPIRED' && request.storedStatus !== 'EXPIRED';
  return {
    consent,
    request: ended ? await closeRequest(trx, ledger, request, 'EXPIRED', SYSTEM) : request,
  };
}
