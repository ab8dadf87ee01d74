import type { Database, Trx } from '../../database/connection.ts';
import {
  findRecordKey,
  listKeyOwners,
  listRecords,
  saveRecord,
} from '../../database/queries/records.queries.ts';
import { recordContext } from '../../encryption/contexts.ts';
import { type Envelope, open, seal } from '../../encryption/envelope.ts';
import { lockLedger } from '../ledger/append-entry.ts';
import { makeRecordKey, unwrapRecordKey } from '../profile/record-key.ts';
import { type Attempts, attempt, NO_ATTEMPTS } from './attempts.ts';

const STRETCH = 500;

/**
 * Gives every person who has a data key a new one, and encrypts their records with it, under their lock: each person in
 * a transaction of their own, so what was done before a stop is done. Who has a key or a record that does not open
 * keeps what they have.
 */
export async function renewRecordKeys(
  database: Database,
  envelope: Envelope,
  signal: AbortSignal,
): Promise<Attempts> {
  let attempts = NO_ATTEMPTS;
  let after: string | undefined;
  do {
    const owners = await listKeyOwners(database.kysely, { after, limit: STRETCH });
    for (const userId of owners) {
      if (signal.aborted) break;
      const renew = () => database.transact((trx) => renewRecordKey(trx, envelope, userId));
      attempts = await attempt(attempts, renew);
    }
    after = owners.at(-1);
  } while (after !== undefined && !signal.aborted);
  return attempts;
}

async function renewRecordKey(trx: Trx, envelope: Envelope, userId: string): Promise<boolean> {
  const ledger = await lockLedger(trx, userId);
  const stored = await findRecordKey(trx, userId);
  // Erased meanwhile, or nobody's: a backup of keys that is newer than the data brings such ones.
  if (ledger === undefined || stored === undefined) return false;
  const former = unwrapRecordKey(envelope, userId, stored);
  const records = await listRecords(trx, userId, former.id);
  const key = await makeRecordKey(trx, envelope, ledger);
  for (const { categoryId, updatedAt, ...sealed } of records) {
    const context = recordContext(userId, categoryId);
    const anew = seal(key.bytes, open(former.bytes, sealed, context), context);
    await saveRecord(trx, userId, { ...anew, categoryId, keyId: key.id, updatedAt });
  }
  return true;
}
