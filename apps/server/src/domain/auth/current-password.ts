import { type CurrentCredential, findCredential } from '../../database/queries/auth.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';
import { chargeAttempt, PasswordAttempt } from './password-attempt.ts';

/**
 * Judges the caller's own password before an act that needs it (ASVS 5.0.0 6.2.3, 7.5.1).
 * @param field the input's name, for the error
 * @returns what the password was judged against
 * @throws DomainError `INVALID_CREDENTIALS` on `field`, `RATE_LIMITED`, `OVERLOADED`
 */
export async function requireCurrentPassword(
  services: Services,
  caller: PersonCaller,
  password: string,
  field: string,
): Promise<CurrentCredential> {
  const { kysely } = services.database;
  const { userId } = caller.principal;
  const charge = { limit: 'password_check', key: userId, ifRight: 'forget' } as const;
  const charged = await chargeAttempt(services.limits, caller, charge);
  const attempt = new PasswordAttempt(services.limits, [charged]);
  const credential = await findCredential(kysely, userId);
  const verdict = await attempt.judge(() => services.passwords.verify(credential?.passwordHash, password));
  if (credential !== undefined && verdict.valid) {
    await attempt.forgive();
    return credential;
  }
  await recordAudit(kysely, caller, 'user.password_check_failed');
  throw wrongPassword(field);
}

/** What somebody is told whose current password is wrong, or was changed at this moment. */
export function wrongPassword(field: string): DomainError {
  const sentence = 'The current password is wrong.';
  return new DomainError('INVALID_CREDENTIALS', { message: sentence, fields: { [field]: [sentence] } });
}
