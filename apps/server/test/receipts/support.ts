import type { IssuedReceipt } from '@truconn/contract';
import { fetchReceiptKeys, type LedgerEntry, type ReceiptVerdict, verifyReceipt } from '@truconn/sdk/verify';
import { expect } from 'vitest';
import type { TestApp } from '../support/test-app.ts';

/** What the holder of a receipt finds, with this server's keys and the person's ledger. */
export async function check(
  app: TestApp,
  { receipt }: IssuedReceipt,
  ledger?: readonly LedgerEntry[],
): Promise<ReceiptVerdict> {
  return verifyReceipt(receipt, await fetchReceiptKeys(app.url), {
    issuer: app.settings.publicUrl,
    ledger,
  });
}

/** Fails unless the receipt holds and says what the server said beside it. */
export async function expectHolds(
  app: TestApp,
  issued: IssuedReceipt,
  ledger?: readonly LedgerEntry[],
): Promise<void> {
  const { record: receipt, keyId } = issued;
  expect(await check(app, issued, ledger)).toEqual({ valid: true, receipt, keyId });
}

/** Header and claims of a receipt, unchecked. */
export function partsOf({ receipt }: IssuedReceipt): {
  header: unknown;
  claims: { [name: string]: unknown };
} {
  const [header, claims] = receipt
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return { header, claims };
}
