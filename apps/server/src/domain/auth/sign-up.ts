import { addressKey } from '../address-key.ts';
import type { Caller } from '../caller.ts';
import { invalidField } from '../domain-error.ts';
import type { NumberedProfile } from '../numbered.ts';
import { presentProfile } from '../profile/present-profile.ts';
import type { Services } from '../services.ts';
import { type AccountInput, type CreatedAccount, createAccount } from './create-account.ts';
import { openSession } from './open-session.ts';
import { type PasswordPolicy, STRICT_POLICY } from './password-policy.ts';
import type { SignedIn } from './sign-in.ts';

/**
 * Makes an account for whoever asks (`createAccount`), with a role that people may choose. Opens no session.
 * @param policy which rules the password has to keep
 * @throws DomainError `INVALID_INPUT`, `EMAIL_TAKEN`, `USERNAME_TAKEN`, `RATE_LIMITED`, `OVERLOADED`
 */
export async function signUp(
  services: Services,
  caller: Caller,
  input: AccountInput,
  policy: PasswordPolicy = STRICT_POLICY,
): Promise<NumberedProfile> {
  const { person } = await admitAccount(services, caller, input, policy);
  return presentProfile(services, person);
}

/**
 * The same, and signs the new account in: its password was just set and need not be judged.
 * @throws DomainError as `signUp`
 */
export async function signUpWithSession(
  services: Services,
  caller: Caller,
  input: AccountInput,
  policy: PasswordPolicy,
): Promise<SignedIn> {
  const { person, credentialEpoch } = await admitAccount(services, caller, input, policy);
  const opened = await openSession(services, caller, { id: person.id, credentialEpoch });
  return { profile: presentProfile(services, person), opened };
}

async function admitAccount(
  services: Services,
  caller: Caller,
  input: AccountInput,
  policy: PasswordPolicy,
): Promise<CreatedAccount> {
  const role = input.role ?? 'CITIZEN';
  if (!services.selfAssignableRoles.includes(role)) {
    throw invalidField('role', 'This role cannot be chosen at sign-up.');
  }
  await services.limits.charge(caller, 'sign_up', addressKey(caller.ip));
  return createAccount(services, caller, { ...input, role }, policy);
}
