import type { Trx } from '../../database/connection.ts';
import { markEndsTold } from '../../database/queries/endings.queries.ts';
import { lockLedger } from '../ledger/append-entry.ts';
import { enqueueMail } from '../mail/mail-job.ts';

/** Promises a person one mail about all that ends within the next 72 hours. Of each end it tells once. */
export async function tellEnds(trx: Trx, personId: string): Promise<void> {
  // Under the lock of whatever could prolong or end these meanwhile.
  const ledger = await lockLedger(trx, personId);
  if (ledger === undefined) return;
  const { consents, requests } = await markEndsTold(trx, personId, ledger.now);
  if (consents.length + requests.length === 0) return;
  await enqueueMail(trx, { kind: 'ends_soon', userId: personId, consents, requests });
}
