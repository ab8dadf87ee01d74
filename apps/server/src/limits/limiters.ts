import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../database/connection.ts';
import { nameGrantedStatements, nameGrowingDelayStatements } from '../database/queries/limits.queries.ts';
import type { LimitName } from '../domain/limits.ts';
import { GrantedLimiter } from './granted-limiter.ts';
import { GrowingDelayLimiter } from './growing-delay-limiter.ts';
import { FIRST_DELAY_SECONDS, LIMIT_POLICIES, type LimitPolicy } from './policies.ts';

const SECOND = 1_000;

export type Limiters = Record<LimitName, RateLimiterPostgres>;

/** One limiter for each policy; they share the table, where each name is a prefix of its keys. */
export function makeLimiters(database: Database): Limiters {
  const growing = nameGrowingDelayStatements(database);
  const granted = nameGrantedStatements(database);
  const make = (name: string, policy: LimitPolicy) => {
    const options = {
      storeClient: storeOn(database),
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: policy.limit,
      duration: policy.windowSeconds,
    };
    if (policy.kind === 'fixed') return new RateLimiterPostgres(options);
    if (policy.kind === 'granted') return new GrantedLimiter(options, granted);
    return new GrowingDelayLimiter(options, growing, {
      free: policy.limit,
      window: policy.windowSeconds * SECOND,
      firstDelay: FIRST_DELAY_SECONDS * SECOND,
      longestDelay: policy.longestDelaySeconds * SECOND,
    });
  };
  const entries = Object.entries(LIMIT_POLICIES).map(([name, policy]) => [name, make(name, policy)]);
  // Object.fromEntries forgets the names, which the table of policies has all of.
  return Object.fromEntries(entries) as Limiters;
}

interface Statement {
  name?: string;
  text: string;
  values?: unknown[];
}

// The library names its statements; behind some poolers names are not kept.
function storeOn({ pool, statementNames }: Database) {
  return {
    query: ({ name, ...statement }: Statement) =>
      pool.query(statementNames && name !== undefined ? { name, ...statement } : statement),
  };
}
