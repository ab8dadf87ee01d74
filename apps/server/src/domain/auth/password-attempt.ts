import type { PasswordVerdict } from '../../auth/password.ts';
import type { Caller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { LimitName, Limits } from '../limits.ts';

/** A limit that an attempt was charged to. */
export interface Charge {
  limit: LimitName;
  key: string;
  /** What a right password does with the count: all of it goes, or this charge alone. */
  ifRight: 'forget' | 'refund';
}

/** A charge that was made. */
export interface Charged extends Charge {
  /** Until the next attempt, if this one is wrong; 0 while attempts are free. */
  delaySeconds: number;
}

/** One try of a password, counted before it is judged. */
export class PasswordAttempt {
  readonly charged: readonly Charged[];
  readonly #limits: Limits;

  constructor(limits: Limits, charged: readonly Charged[]) {
    this.#limits = limits;
    this.charged = charged;
  }

  /** Judges it. One that is not judged, because too many wait, does not count. */
  async judge(verify: () => Promise<PasswordVerdict>): Promise<PasswordVerdict> {
    try {
      return await verify();
    } catch (error) {
      await Promise.all(this.charged.map(({ limit, key }) => this.#limits.refund(limit, key)));
      throw error;
    }
  }

  /** The password was right. A count that cannot be cleared stays, and fails nothing. */
  async forgive(): Promise<void> {
    await Promise.all(this.charged.map(({ limit, key, ifRight }) => this.#limits[ifRight](limit, key)));
  }
}

/** @throws DomainError `RATE_LIMITED` */
export async function chargeAttempt(limits: Limits, caller: Caller, charge: Charge): Promise<Charged> {
  const state = await limits.charge(caller, charge.limit, charge.key);
  return { ...charge, delaySeconds: state?.remaining === 0 ? state.resetSeconds : 0 };
}

/** The same, with the refusal as an answer, for those who may have another way. */
export async function tryCharge(
  limits: Limits,
  caller: Caller,
  charge: Charge,
): Promise<Charged | DomainError> {
  try {
    return await chargeAttempt(limits, caller, charge);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'RATE_LIMITED') return error;
    throw error;
  }
}
