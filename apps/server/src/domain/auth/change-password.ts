import type { ChangePasswordInput, EndedSessions } from '@truconn/contract';
import { findCredential, replacePasswordHash } from '../../database/queries/auth.queries.ts';
import { carrySessionOver, deleteSessions } from '../../database/queries/sessions.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import { requireStrongPassword } from './password-policy.ts';
import type { AuthServices } from './services.ts';

/**
 * Changes the caller's password and ends every other session, one that is being opened with the old
 * password at this moment included: its epoch no longer matches.
 * @throws DomainError `INVALID_CREDENTIALS` on a wrong current password, `INVALID_INPUT`, `OVERLOADED`
 */
export async function changePassword(
  services: AuthServices,
  caller: PersonCaller,
  input: ChangePasswordInput,
): Promise<EndedSessions> {
  const seenHash = await requireCurrentPassword(services, caller, input.currentPassword);
  const { user, userId, sessionId } = caller.principal;
  const names = [user.firstName, user.lastName, user.organization?.name];
  requireStrongPassword(
    input.newPassword,
    { email: user.email, username: user.username, names },
    'newPassword',
  );
  const hash = await services.passwords.hash(input.newPassword);
  return services.database.transact(async (trx) => {
    const epoch = await replacePasswordHash(trx, userId, seenHash, hash, true);
    if (epoch === undefined) throw wrongPassword();
    const endedSessions = await deleteSessions(trx, userId, sessionId);
    await carrySessionOver(trx, sessionId, epoch);
    await recordAudit(trx, caller, 'user.password_changed', { details: { endedSessions } });
    return { endedSessions };
  });
}

async function requireCurrentPassword(
  services: AuthServices,
  caller: PersonCaller,
  password: string,
): Promise<string> {
  const { kysely } = services.database;
  const credential = await findCredential(kysely, caller.principal.userId);
  const verdict = await services.passwords.verify(credential?.passwordHash, password);
  if (credential !== undefined && verdict.valid) return credential.passwordHash;
  await recordAudit(kysely, caller, 'user.password_check_failed');
  throw wrongPassword();
}

function wrongPassword(): DomainError {
  const sentence = 'The current password is wrong.';
  return new DomainError('INVALID_CREDENTIALS', {
    message: sentence,
    fields: { currentPassword: [sentence] },
  });
}
