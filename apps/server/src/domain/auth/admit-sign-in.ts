import type { CredentialRecord } from '../../database/queries/auth.queries.ts';
import { addressKey } from '../address-key.ts';
import type { Caller, Identity, Principal } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { Limits } from '../limits.ts';
import type { Services } from '../services.ts';
import { accountKey, findAccount, recoveredKey } from './find-account.ts';
import { type Charged, chargeAttempt, PasswordAttempt, tryCharge } from './password-attempt.ts';

/** A sign-in that may be judged. */
export interface AdmittedSignIn {
  account: CredentialRecord | undefined;
  attempt: PasswordAttempt;
}

/**
 * Finds the account and counts the attempt, for the address and for the account. Whoever is refused there is
 * counted apart at an address from which the account's password was just reset by mail, or with a live session
 * of this very account: guesses of strangers keep nobody out who has a mailbox or a device.
 * @param authenticate whose credential the request carries; asked only when it matters
 * @throws DomainError `RATE_LIMITED`, whether or not the account exists
 */
export async function admitSignIn(
  services: Services,
  caller: Caller,
  identifier: string,
  authenticate: () => Promise<Identity>,
): Promise<AdmittedSignIn> {
  const { limits } = services;
  const [account, atAddress] = await Promise.all([
    findAccount(services, identifier),
    tryCharge(limits, caller, { limit: 'sign_in_address', key: addressKey(caller.ip), ifRight: 'refund' }),
  ]);
  const key = accountKey(account, identifier);
  const charged =
    atAddress instanceof DomainError ? atAddress : await chargeAccount(limits, caller, key, atAddress);
  if (!(charged instanceof DomainError)) return { account, attempt: new PasswordAttempt(limits, charged) };
  const recovered = await chargeRecovered(limits, caller, key);
  if (recovered !== undefined) return { account, attempt: new PasswordAttempt(limits, [recovered]) };
  const bySession = await chargeSession(limits, caller, await findOwner(account, authenticate), charged);
  return { account, attempt: new PasswordAttempt(limits, [bySession]) };
}

async function chargeAccount(
  limits: Limits,
  caller: Caller,
  key: string,
  atAddress: Charged,
): Promise<Charged[] | DomainError> {
  const atAccount = await tryCharge(limits, caller, { limit: 'sign_in_account', key, ifRight: 'forget' });
  if (!(atAccount instanceof DomainError)) return [atAddress, atAccount];
  // What is not judged counts nowhere: one device with an old password must not use its office's tries up.
  await limits.refund(atAddress.limit, atAddress.key);
  return atAccount;
}

// Asked for unknown accounts, too: the time of a refusal must not tell which ones exist.
async function chargeRecovered(limits: Limits, caller: Caller, key: string): Promise<Charged | undefined> {
  const charge = { limit: 'sign_in_recovered', key: recoveredKey(key, caller), ifRight: 'refund' } as const;
  const charged = await tryCharge(limits, caller, charge);
  return charged instanceof DomainError ? undefined : charged;
}

async function findOwner(
  account: CredentialRecord | undefined,
  authenticate: () => Promise<Identity>,
): Promise<Principal | undefined> {
  const identity = await authenticate().catch(() => undefined);
  if (identity === undefined || 'apiKey' in identity) return undefined;
  return identity.principal.userId === account?.id ? identity.principal : undefined;
}

async function chargeSession(
  limits: Limits,
  caller: Caller,
  owner: Principal | undefined,
  refusal: DomainError,
): Promise<Charged> {
  if (owner === undefined) throw refusal;
  return chargeAttempt(limits, caller, { limit: 'sign_in_session', key: owner.sessionId, ifRight: 'forget' });
}
