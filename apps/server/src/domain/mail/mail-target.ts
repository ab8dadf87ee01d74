import { createHash } from 'node:crypto';
import type { Caller } from '../caller.ts';
import type { Limits } from '../limits.ts';

/**
 * The name under which mails to one address are counted, whoever causes them.
 * @param email canonical
 */
export function mailTargetKey(email: string): string {
  return createHash('sha256').update(email).digest('hex');
}

/**
 * Counts a mail that somebody sends to an address that need not be theirs, before anything is looked up: the
 * refusal is the same whether or not there is an account.
 * @param email canonical
 * @throws DomainError `RATE_LIMITED`
 */
export async function chargeMailTarget(limits: Limits, caller: Caller, email: string): Promise<void> {
  await limits.charge(caller, 'mail_target', mailTargetKey(email));
}
