import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../database/connection.ts';
import { deleteExpiredLimits } from '../database/queries/limits.queries.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { LimitName, LimitState, Limits } from '../domain/limits.ts';
import { makeLimiters } from './limiters.ts';
import { LIMIT_POLICIES, type LimitPolicy } from './policies.ts';

const SECOND = 1_000;
const MINUTE = 60;
/** The longest window: until then a count may matter although its delay is over. */
const KEPT_MILLISECONDS = 24 * 60 * MINUTE * SECOND;

/**
 * The limits, counted in the database for all instances together. When they cannot be counted, the call fails
 * (ASVS 5.0.0 16.5.3): with `UNAVAILABLE`, whatever the reason, which is logged.
 */
export function createLimits(database: Database): Limits {
  const limiters = makeLimiters(database);
  return {
    async charge(caller, name, key) {
      const outcome = await failClosed(limiters[name].consume(key).catch(returnRefusal));
      const refused = outcome instanceof Refusal;
      const state = stateOf(name, refused ? outcome.result : outcome);
      if (isTold(LIMIT_POLICIES[name], refused)) caller?.onCharge?.(state);
      if (refused) throw rateLimited(state.resetSeconds);
      return state;
    },
    refund: (name, key) => tolerate(limiters[name].reward(key)),
    forget: (name, key) => tolerate(limiters[name].delete(key)),
    grant: (name, key) => tolerate(limiters[name].set(key, 0, LIMIT_POLICIES[name].windowSeconds)),
    deleteExpired: () => deleteExpiredLimits(database.kysely, new Date(Date.now() - KEPT_MILLISECONDS)),
  };
}

class Refusal {
  readonly result: RateLimiterRes;

  constructor(result: RateLimiterRes) {
    this.result = result;
  }
}

// The library rejects with its result for a refusal, and with an Error for a failure.
function returnRefusal(reason: unknown): Refusal {
  if (reason instanceof RateLimiterRes) return new Refusal(reason);
  throw reason;
}

async function failClosed<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    throw new DomainError('UNAVAILABLE', { cause });
  }
}

// What gives tries back comes after the act that earned it: the session is open, the password is set. To fail
// then would tell the caller that it is not. The count that stays only makes somebody wait.
async function tolerate(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

function isTold({ tells }: LimitPolicy, refused: boolean): boolean {
  return tells === 'every charge' || (tells === 'refusals' && refused);
}

function stateOf(name: LimitName, result: RateLimiterRes): LimitState {
  const { limit, windowSeconds } = LIMIT_POLICIES[name];
  return {
    name,
    limit,
    windowSeconds,
    remaining: result.remainingPoints,
    resetSeconds: Math.ceil(result.msBeforeNext / SECOND),
  };
}

function rateLimited(resetSeconds: number): DomainError {
  const retryAfterSeconds = Math.max(resetSeconds, 1);
  const message = `Too many attempts; try again in ${toWords(retryAfterSeconds)}.`;
  return new DomainError('RATE_LIMITED', { message, retryAfterSeconds });
}

function toWords(seconds: number): string {
  if (seconds < 2 * MINUTE) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / MINUTE)} minutes`;
}
