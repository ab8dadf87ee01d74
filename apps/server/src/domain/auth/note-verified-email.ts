import type { Trx } from '../../database/connection.ts';
import { setEmailVerified } from '../../database/queries/credentials.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller, PersonCaller } from '../caller.ts';

/**
 * Notes that the owner of a locked account reads the mailbox of its address; nothing where that is known.
 */
export async function noteVerifiedEmail(
  trx: Trx,
  caller: Caller | PersonCaller,
  account: { id: string; emailVerifiedAt: Date | null },
): Promise<void> {
  if (account.emailVerifiedAt !== null) return;
  await setEmailVerified(trx, account.id, new Date());
  await recordAudit(trx, caller, 'user.email_verified', { subjectId: account.id });
}
