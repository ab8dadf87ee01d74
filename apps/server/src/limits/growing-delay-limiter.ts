import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type {
  GrowingDelayNumbers,
  LimitRecord,
  nameGrowingDelayStatements,
} from '../database/queries/limits.queries.ts';

type Statements = ReturnType<typeof nameGrowingDelayStatements>;
type LimiterOptions = ConstructorParameters<typeof RateLimiterPostgres>[0];

interface Outcome extends LimitRecord {
  admitted: boolean;
}

/**
 * The library's limiter with a statement of our own, through the two methods that its stores define: tries
 * wait for a delay that grows, where the library's windows begin and end with the clock.
 */
export class GrowingDelayLimiter extends RateLimiterPostgres {
  readonly #statements: Statements;
  readonly #numbers: GrowingDelayNumbers;

  constructor(options: LimiterOptions, statements: Statements, numbers: GrowingDelayNumbers) {
    super(options);
    this.#statements = statements;
    this.#numbers = numbers;
  }

  /** @param points 1 for a try, -1 to take one back */
  async _upsert(key: string, points: number): Promise<Outcome> {
    const now = Date.now();
    if (points < 0) return admitted(await this.#statements.refund(key, now, this.#numbers), now);
    const charged = await this.#statements.charge(key, now, this.#numbers);
    if (charged !== undefined) return admitted(charged, now);
    // Forgotten in between: the next try finds that out.
    const standing = (await this.#statements.read(key)) ?? { points: this.points, expire: String(now) };
    return { ...standing, admitted: false };
  }

  _getRateLimiterRes(_key: string, _points: number, outcome: Outcome): RateLimiterRes {
    const { points, expire } = outcome;
    // The library refuses what consumed more than the limit.
    const consumed = outcome.admitted ? Math.min(points, this.points) : this.points + 1;
    return new RateLimiterRes(
      Math.max(this.points - points, 0),
      Math.max(Number(expire) - Date.now(), 0),
      consumed,
    );
  }
}

function admitted(record: LimitRecord | undefined, now: number): Outcome {
  return { points: 0, expire: String(now), ...record, admitted: true };
}
