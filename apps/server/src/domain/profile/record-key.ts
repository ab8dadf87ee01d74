import { v7 as uuidv7 } from 'uuid';
import type { Trx } from '../../database/connection.ts';
import {
  findRecordKey,
  type StoredRecordKey,
  saveRecordKey,
} from '../../database/queries/records.queries.ts';
import { recordKeyContext } from '../../encryption/contexts.ts';
import { type Envelope, makeKey } from '../../encryption/envelope.ts';
import type { LockedLedger } from '../ledger/append-entry.ts';

/** What a person's records are encrypted with. */
export interface RecordKey {
  id: string;
  /** 256 bits. */
  bytes: Buffer;
}

/** The key that is kept for this person, unwrapped. */
export function unwrapRecordKey(envelope: Envelope, userId: string, stored: StoredRecordKey): RecordKey {
  const { id, wrappedKey: bytes, masterKeyId } = stored;
  return { id, bytes: envelope.unwrap({ bytes, masterKeyId }, recordKeyContext(userId)) };
}

/** The person's key; it is made here with their first record. */
export async function haveRecordKey(trx: Trx, envelope: Envelope, ledger: LockedLedger): Promise<RecordKey> {
  const stored = await findRecordKey(trx, ledger.personId);
  return stored === undefined
    ? makeRecordKey(trx, envelope, ledger)
    : unwrapRecordKey(envelope, ledger.personId, stored);
}

/** Gives the person a new key. What the one before had encrypted opens no more. */
export async function makeRecordKey(
  trx: Trx,
  envelope: Envelope,
  { personId, now }: LockedLedger,
): Promise<RecordKey> {
  const key = { id: uuidv7(), bytes: makeKey() };
  const { bytes: wrappedKey, masterKeyId } = envelope.wrap(key.bytes, recordKeyContext(personId));
  await saveRecordKey(trx, personId, { id: key.id, wrappedKey, masterKeyId, createdAt: now });
  return key;
}
