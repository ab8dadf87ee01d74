import type { Json, Role } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { setRole } from '../../database/queries/admin.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import type { LockedAccount } from './lock-account.ts';

/**
 * Gives a locked account its role, and writes down what it was; nothing where it has that role already.
 * It holds from the account's next request.
 * @param details why, for the audit log
 */
export async function writeRole(
  trx: Trx,
  caller: PersonCaller,
  account: Pick<LockedAccount, 'id' | 'role'>,
  role: Role,
  details: { [key: string]: Json },
): Promise<void> {
  if (account.role === role) return;
  await setRole(trx, account.id, role);
  await recordAudit(trx, caller, 'user.role_changed', {
    subjectId: account.id,
    details: { ...details, before: account.role, after: role },
  });
}
