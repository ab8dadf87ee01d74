import type { Database, Trx } from '../../database/connection.ts';
import {
  type KeyStretch,
  lockReceiptKeys,
  lockRecordKeys,
  rewrapReceiptKey,
  rewrapRecordKey,
  type WrappedKey,
} from '../../database/queries/encryption.queries.ts';
import { receiptKeyContext, recordKeyContext } from '../../encryption/contexts.ts';
import type { Envelope } from '../../encryption/envelope.ts';
import { type Attempts, attempt, NO_ATTEMPTS } from './attempts.ts';

/** So many keys a transaction: whoever needs one of them waits for some hundredths of a second. */
const STRETCH = 200;

interface KindOfKey {
  lock(trx: Trx, stretch: KeyStretch): Promise<WrappedKey[]>;
  save(trx: Trx, key: WrappedKey): Promise<void>;
  context(id: string): string;
}

const RECORD_KEYS: KindOfKey = { lock: lockRecordKeys, save: rewrapRecordKey, context: recordKeyContext };
const RECEIPT_KEYS: KindOfKey = {
  lock: lockReceiptKeys,
  save: rewrapReceiptKey,
  context: receiptKeyContext,
};

/**
 * Wraps every key under the present master key. Beside running servers: each stretch of keys is a short transaction, so
 * what was done before a stop is done. A key that does not open stays as it is.
 */
export async function rotateMasterKey(
  database: Database,
  envelope: Envelope,
  signal: AbortSignal,
): Promise<{ recordKeys: Attempts; receiptKeys: Attempts }> {
  return {
    recordKeys: await rewrapAll(database, envelope, RECORD_KEYS, signal),
    receiptKeys: await rewrapAll(database, envelope, RECEIPT_KEYS, signal),
  };
}

// A server that still runs with the former master key may make a key behind a round: there is one more after each that
// found something.
async function rewrapAll(
  database: Database,
  envelope: Envelope,
  kind: KindOfKey,
  signal: AbortSignal,
): Promise<Attempts> {
  let done = 0;
  for (;;) {
    const round = await rewrapOnce(database, envelope, kind, signal);
    done += round.done;
    if (round.done === 0 || signal.aborted) return { done, failures: round.failures };
  }
}

async function rewrapOnce(
  database: Database,
  envelope: Envelope,
  kind: KindOfKey,
  signal: AbortSignal,
): Promise<Attempts> {
  let attempts = NO_ATTEMPTS;
  let after: string | undefined;
  do {
    const stretch = { exceptMasterKeyId: envelope.masterKeyId, after, limit: STRETCH };
    const before = attempts;
    const rewrapped = await database.transact((trx) => rewrapStretch(trx, envelope, kind, stretch, before));
    ({ attempts, last: after } = rewrapped);
  } while (after !== undefined && !signal.aborted);
  return attempts;
}

async function rewrapStretch(
  trx: Trx,
  envelope: Envelope,
  kind: KindOfKey,
  stretch: KeyStretch,
  before: Attempts,
): Promise<{ attempts: Attempts; last: string | undefined }> {
  const keys = await kind.lock(trx, stretch);
  let attempts = before;
  for (const key of keys) attempts = await attempt(attempts, () => rewrap(trx, envelope, kind, key));
  return { attempts, last: keys.at(-1)?.id };
}

async function rewrap(
  trx: Trx,
  envelope: Envelope,
  kind: KindOfKey,
  { id, wrappedKey, masterKeyId }: WrappedKey,
): Promise<true> {
  const context = kind.context(id);
  const wrapped = envelope.wrap(envelope.unwrap({ bytes: wrappedKey, masterKeyId }, context), context);
  await kind.save(trx, { id, wrappedKey: wrapped.bytes, masterKeyId: wrapped.masterKeyId });
  return true;
}
