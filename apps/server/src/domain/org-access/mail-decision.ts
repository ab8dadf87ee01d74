import type { LedgerAction } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { DECIDED_ACTIONS } from '../mail/mail-content.ts';
import { enqueueMail } from '../mail/mail-job.ts';

/** What lets an organization read from then on. */
const OPENING: readonly LedgerAction[] = ['ACCESS_APPROVED', 'ACCESS_RESUMED'];

/**
 * Promises the mails about what a person has decided: to the member who asked, and, where it opens the person's data,
 * to the person, too. A consent that ends many requests ends one of each organization at most, so nobody is told twice.
 */
export async function mailDecision(
  trx: Trx,
  requestId: string,
  action: LedgerAction,
  decidedAt: Date,
): Promise<void> {
  const at = decidedAt.toISOString();
  const decided = DECIDED_ACTIONS.find((one) => one === action);
  if (decided !== undefined) {
    await enqueueMail(trx, { kind: 'access_decided', requestId, action: decided, decidedAt: at });
  }
  if (OPENING.includes(action)) await enqueueMail(trx, { kind: 'access_allowed', requestId, allowedAt: at });
}
