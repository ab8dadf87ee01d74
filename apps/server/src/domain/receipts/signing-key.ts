import type { ReceiptKeySet } from '@truconn/contract';
import { makeReceiptKey, type NewReceiptKey, type ReceiptSigningKey } from '../../auth/receipt-signing.ts';
import type { Executor, Trx } from '../../database/connection.ts';
import {
  findSigningKey,
  insertFirstSigningKey,
  insertNextSigningKey,
  listPublicKeys,
  lockSigningKeys,
  type NewSigningKey,
  retireSigningKey,
  type StoredSigningKey,
} from '../../database/queries/receipts.queries.ts';
import { receiptKeyContext } from '../../encryption/contexts.ts';
import type { Envelope } from '../../encryption/envelope.ts';

/**
 * The key that signs now, on whichever instance it was made; whoever asks first, for it or for the public halves, makes
 * the first key.
 * @throws EncryptionError where no master key of the settings unwraps it
 */
export async function readSigningKey(db: Executor, envelope: Envelope): Promise<ReceiptSigningKey> {
  const {
    id,
    wrappedPrivateKey: bytes,
    masterKeyId,
  } = (await findSigningKey(db)) ?? (await makeFirst(db, envelope));
  return { id, privateKey: envelope.unwrap({ bytes, masterKeyId }, receiptKeyContext(id)) };
}

// Of several that are made at once, the first one signs, and all have it.
async function makeFirst(db: Executor, envelope: Envelope): Promise<StoredSigningKey> {
  await insertFirstSigningKey(db, wrapKey(await makeReceiptKey(), envelope));
  const stored = await findSigningKey(db);
  if (stored === undefined) throw new Error('unreachable: there is a key once one was made');
  return stored;
}

/** What changing the key came to. */
export interface RotatedKey {
  /** Signs from now on. */
  keyId: string;
  /** Signed until now, and can no more; nothing where none did. */
  retiredKeyId: string | undefined;
}

/**
 * Makes another key that signs, and erases the private half of the one that did. What it has signed is verified by its
 * public half, which stays. Needs no master key of former days.
 */
export async function rotateSigningKey(trx: Trx, envelope: Envelope): Promise<RotatedKey> {
  const key = wrapKey(await makeReceiptKey(), envelope);
  await lockSigningKeys(trx);
  const retiredKeyId = await retireSigningKey(trx, key.createdAt);
  await insertNextSigningKey(trx, key);
  return { keyId: key.id, retiredKeyId };
}

/** The public halves of all keys, for whoever checks a receipt. Never none: who keeps them can check the next receipt. */
export async function listReceiptKeys(db: Executor, envelope: Envelope): Promise<ReceiptKeySet> {
  const keys = await listPublicKeys(db);
  if (keys.length > 0) return { keys };
  await makeFirst(db, envelope);
  return { keys: await listPublicKeys(db) };
}

function wrapKey({ publicKey, privateKey }: NewReceiptKey, envelope: Envelope): NewSigningKey {
  const id = publicKey.kid;
  const { bytes, masterKeyId } = envelope.wrap(privateKey, receiptKeyContext(id));
  return { id, publicKey, wrappedPrivateKey: bytes, masterKeyId, createdAt: new Date() };
}
