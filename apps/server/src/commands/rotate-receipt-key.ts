import { migrate } from '../database/migrate.ts';
import { requireMasterKeys } from '../domain/encryption/master-keys-in-use.ts';
import { rotateSigningKey } from '../domain/receipts/signing-key.ts';
import { createEnvelope } from '../encryption/envelope.ts';
import { loadMasterKeys } from '../encryption/master-keys.ts';
import type { Settings } from '../settings.ts';
import { openDatabase } from '../startup.ts';

/**
 * `npm run rotate-receipt-key`: makes a new key that signs receipts, with the server running or not; running servers
 * use it from their next receipt. The old one can sign no more, and still verifies what it has signed.
 */
export async function rotateReceiptKey(settings: Settings): Promise<void> {
  const masterKeys = await loadMasterKeys(settings);
  const envelope = createEnvelope(masterKeys);
  const opened = await openDatabase(settings, { maxConnections: 1 });
  try {
    await migrate(opened);
    // With another one than the servers have, none of them could sign any more.
    await requireMasterKeys(opened.database.kysely, masterKeys);
    const { keyId, retiredKeyId } = await opened.database.transact((trx) => rotateSigningKey(trx, envelope));
    console.log(`The key ${keyId} signs receipts now.`);
    if (retiredKeyId !== undefined) {
      console.log(
        `The key ${retiredKeyId} is erased but for its public half, by which its receipts still verify.`,
      );
    }
  } finally {
    await opened.close();
  }
}
