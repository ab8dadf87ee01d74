import { CompiledQuery } from 'kysely';
import type { Database, Executor } from '../connection.ts';
import { nameStatement } from '../named-statement.ts';

/** A count: `expire` ends its window or its delay, in milliseconds since 1970. */
export interface LimitRecord {
  points: number;
  /** pg reads a bigint as text. */
  expire: string;
}

/** The numbers of a limit whose delay grows; times in milliseconds. */
export interface GrowingDelayNumbers {
  /** Tries before the first delay, two at least. */
  free: number;
  window: number;
  firstDelay: number;
  longestDelay: number;
}

// While tries are free, `expire` is the end of their window; from the last free one on, the end of the delay.
// Who comes too early changes no row. `r` is locked while it is judged, so of many at once one gets the try.
const STARTS_ANEW = 'r.expire <= $2 - case when r.points < $3 then 0 else $4 end';
const CHARGE = `
  insert into rate_limits as r (key, points, expire) values ($1, 1, $2::bigint + $4::bigint)
  on conflict (key) do update set
    points = case when ${STARTS_ANEW} then 1 else least(r.points, 1000000) + 1 end,
    expire = case
      when ${STARTS_ANEW} then $2 + $4
      when r.points < $3 - 1 then r.expire
      else $2 + least($6::float8, $5::float8 * power(2, least(r.points - $3 + 1, 30)))::bigint
    end
  where r.points < $3::integer or r.expire <= $2
  returning points, expire`;

// The delay that stands at this moment began with the try that is taken back.
const REFUND = `
  update rate_limits set
    points = greatest(points - 1, 0),
    expire = case
      when points < $3::integer then expire
      when points = $3 then $2::bigint + $4::bigint
      else $2
    end
  where key = $1
  returning points, expire`;

/** Counts tries against a delay that grows; each function is one statement. */
export function nameGrowingDelayStatements(database: Database) {
  const name = (statement: string, text: string) =>
    nameStatement<LimitRecord>(database, statement, CompiledQuery.raw(text));
  const charge = name('limit_charge', CHARGE);
  const refund = name('limit_refund', REFUND);
  const read = name('limit_read', 'select points, expire from rate_limits where key = $1');
  return {
    /** @returns the count with this try in it, or nothing: it came before the delay was over */
    charge: async (key: string, now: number, { free, window, ...delays }: GrowingDelayNumbers) =>
      (await charge.run([key, now, free, window, delays.firstDelay, delays.longestDelay]))[0],
    /** Takes a try back, and the delay that it began. */
    refund: async (key: string, now: number, { free, window }: GrowingDelayNumbers) =>
      (await refund.run([key, now, free, window]))[0],
    read: async (key: string) => (await read.run([key]))[0],
  };
}

const OPEN = `
  insert into rate_limits (key, points, expire) values ($1, 0, $2::bigint)
  on conflict (key) do update set points = 0, expire = $2
  returning points, expire`;

// A window that is over, or was never opened, has no row to change.
const COUNT = `
  update rate_limits set points = greatest(points + $3::integer, 0)
  where key = $1 and expire > $2::bigint and points + $3 <= $4::integer
  returning points, expire`;

/** Counts tries in windows that were opened; each function is one statement. */
export function nameGrantedStatements(database: Database) {
  const name = (statement: string, text: string) =>
    nameStatement<LimitRecord>(database, statement, CompiledQuery.raw(text));
  const open = name('limit_open', OPEN);
  const count = name('limit_count', COUNT);
  return {
    /** Opens a window with no try in it, in place of one that is open. */
    open: async (key: string, expire: number) => (await open.run([key, expire]))[0],
    /**
     * @param points 1 for a try, -1 to take one back
     * @returns the count after it, or nothing: no window is open, or its tries are used up
     */
    count: async (key: string, now: number, points: number, limit: number) =>
      (await count.run([key, now, points, limit]))[0],
  };
}

/** Removes counts whose window or delay ended before `moment`. */
export async function deleteExpiredLimits(db: Executor, moment: Date): Promise<void> {
  await db.deleteFrom('rate_limits').where('expire', '<=', String(moment.getTime())).execute();
}
