import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type {
  GrowingDelayNumbers,
  LimitRecord,
  nameGrowingDelayStatements,
} from '../database/queries/limits.queries.ts';

type Statements = ReturnType<typeof nameGrowingDelayStatements>;
type LimiterOptions = ConstructorParameters<typeof RateLimiterPostgres>[0];

/** A charge that was refused is made again when others have taken theirs back since, and the delay is over. */
const CHARGES = 3;

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
    if (points < 0) {
      const now = Date.now();
      return admitted(await this.#statements.refund(key, now, this.#numbers), now);
    }
    for (let attempt = 1; attempt <= CHARGES; attempt += 1) {
      const now = Date.now();
      const charged = await this.#statements.charge(key, now, this.#numbers);
      if (charged !== undefined) return admitted(charged, now);
      const standing = await this.#statements.read(key);
      if (standing !== undefined && this.#isDelayed(standing)) return { ...standing, admitted: false };
    }
    return { points: this.points, expire: String(Date.now()), admitted: false };
  }

  #isDelayed({ points, expire }: LimitRecord): boolean {
    return points >= this.points && Number(expire) > Date.now();
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
