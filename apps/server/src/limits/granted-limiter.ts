import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitRecord, nameGrantedStatements } from '../database/queries/limits.queries.ts';

type Statements = ReturnType<typeof nameGrantedStatements>;
type LimiterOptions = ConstructorParameters<typeof RateLimiterPostgres>[0];

/**
 * The library's limiter with statements of our own, through the two methods that its stores define: tries
 * count in a window that was opened, where the library's first try opens one.
 */
export class GrantedLimiter extends RateLimiterPostgres {
  readonly #statements: Statements;

  constructor(options: LimiterOptions, statements: Statements) {
    super(options);
    this.#statements = statements;
  }

  /**
   * @param points 1 for a try, -1 to take one back
   * @param opens whether the library was told to `set` the key
   */
  _upsert(
    key: string,
    points: number,
    milliseconds: number,
    opens: boolean,
  ): Promise<LimitRecord | undefined> {
    const now = Date.now();
    if (opens) return this.#statements.open(key, now + milliseconds);
    return this.#statements.count(key, now, points, this.points);
  }

  _getRateLimiterRes(_key: string, _points: number, record: LimitRecord | undefined): RateLimiterRes {
    // The library refuses what consumed more than the limit.
    if (record === undefined) return new RateLimiterRes(0, 0, this.points + 1);
    const { points, expire } = record;
    return new RateLimiterRes(this.points - points, Math.max(Number(expire) - Date.now(), 0), points);
  }
}
