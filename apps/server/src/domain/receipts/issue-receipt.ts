import type { IssuedReceipt } from '@truconn/contract';
import { signReceipt } from '../../auth/receipt-signing.ts';
import type { Caller } from '../caller.ts';
import type { Services } from '../services.ts';
import { composeRecord, type Issue, type ReceiptSubject } from './compose-record.ts';
import type { Decisions } from './decision.ts';
import { readSigningKey } from './signing-key.ts';

/** What a receipt is made with. */
export type ReceiptServices = Pick<Services, 'database' | 'limits' | 'envelope' | 'publicUrl'>;

/**
 * Counts the receipt before anything is read for it, and sets its moment: what is read later can only be newer.
 * @param callerId whose receipts are counted together
 * @throws DomainError `RATE_LIMITED`
 */
export async function beginReceipt(
  { limits, publicUrl }: ReceiptServices,
  caller: Caller,
  callerId: string,
): Promise<Issue> {
  await limits.charge(caller, 'receipt', callerId);
  return { now: new Date(), issuer: publicUrl };
}

/**
 * Signs. Nothing is kept: the ledger's entry is, and gives the same receipt again.
 * @throws EncryptionError where no master key of the settings unwraps the signing key
 */
export async function finishReceipt(
  { database, envelope }: ReceiptServices,
  subject: ReceiptSubject,
  decisions: Decisions,
  issue: Issue,
): Promise<IssuedReceipt> {
  const record = composeRecord(subject, decisions, issue);
  const key = await readSigningKey(database.kysely, envelope);
  return { receipt: await signReceipt(key, issue.issuer, record), keyId: key.id, record };
}
