import type { Trx } from '../../database/connection.ts';
import { addressKey } from '../address-key.ts';
import type { Caller } from '../caller.ts';
import type { Limits } from '../limits.ts';
import type { Services } from '../services.ts';

/**
 * Runs a writer that uses a mail's token up. A token that does not work is charged to the caller's address, so
 * that nobody tries many.
 */
export async function useMailToken<Result>(
  { database, limits }: Pick<Services, 'database' | 'limits'>,
  caller: Caller,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  await chargeMailToken(limits, caller);
  const result = await database.transact(work);
  await refundMailToken(limits, caller);
  return result;
}

/** @throws DomainError `RATE_LIMITED` */
export async function chargeMailToken(limits: Limits, caller: Caller): Promise<void> {
  await limits.charge(caller, 'mail_token_address', addressKey(caller.ip));
}

export function refundMailToken(limits: Limits, caller: Caller): Promise<void> {
  return limits.refund('mail_token_address', addressKey(caller.ip));
}
