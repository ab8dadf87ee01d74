import type { ChangePasswordInput, EndedSessions } from '@truconn/contract';
import { replacePasswordHash } from '../../database/queries/auth.queries.ts';
import { deleteMailTokensOf } from '../../database/queries/mail-tokens.queries.ts';
import { carrySessionOver, deleteSessions } from '../../database/queries/sessions.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import type { Services } from '../services.ts';
import { requireCurrentPassword, wrongPassword } from './current-password.ts';
import { type PasswordPolicy, requireStrongPassword, STRICT_POLICY } from './password-policy.ts';

/**
 * Changes the caller's password and ends every other session, one that is being opened with the old
 * password at this moment included: its epoch no longer matches. The person is told by mail.
 * @param policy which rules the new password has to keep
 * @throws DomainError `INVALID_CREDENTIALS` on a wrong current password, `INVALID_INPUT`, `OVERLOADED`
 */
export async function changePassword(
  services: Services,
  caller: PersonCaller,
  input: ChangePasswordInput,
  policy: PasswordPolicy = STRICT_POLICY,
): Promise<EndedSessions> {
  const seen = await requireCurrentPassword(services, caller, input.currentPassword, 'currentPassword');
  const { user, userId, sessionId } = caller.principal;
  const names = [user.firstName, user.lastName, user.organization?.name];
  requireStrongPassword(
    input.newPassword,
    { email: user.email, username: user.username, names },
    'newPassword',
    policy,
  );
  const hash = await services.passwords.hash(input.newPassword);
  return services.database.transact(async (trx) => {
    const epoch = await replacePasswordHash(trx, userId, seen.passwordHash, hash, true);
    if (epoch === undefined) throw wrongPassword('currentPassword');
    const endedSessions = await deleteSessions(trx, userId, sessionId);
    await carrySessionOver(trx, sessionId, epoch);
    // Whoever asked for a reset or another address before has no hold on the account any more.
    await deleteMailTokensOf(trx, userId, ['reset_password', 'change_email']);
    await enqueueMail(trx, { kind: 'password_changed', userId });
    await recordAudit(trx, caller, 'user.password_changed', { details: { endedSessions } });
    return { endedSessions };
  });
}
