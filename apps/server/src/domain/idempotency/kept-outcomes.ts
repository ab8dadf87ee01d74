import { ERROR_CODES, type ErrorCode } from '@truconn/contract';
import type { Database, Executor, Trx } from '../../database/connection.ts';
import {
  claimKey,
  deleteKey,
  deleteOldKeys,
  findKey,
  type KeyedCall,
  setOutcome,
} from '../../database/queries/idempotency.queries.ts';
import type { KeptOutcome } from '../../database/tables.ts';
import { DomainError } from '../domain-error.ts';

const KEPT_MILLISECONDS = 24 * 3_600_000;

/**
 * What a call came to when it was made before, at most 24 hours ago.
 * @returns nothing for a key that is new
 * @throws DomainError the kept refusal; `IDEMPOTENCY_CONFLICT` if the key was used with another input
 */
export async function findOutcome(db: Executor, call: KeyedCall): Promise<{ result: unknown } | undefined> {
  const outcome = await readOutcome(db, call, new Date());
  return outcome && { result: open(outcome) };
}

const before = new WeakMap<Trx, unknown>();

/**
 * What the call came to when it was made before, without its `data`: a repeated one judges anew what it hands out, and
 * does nothing else a second time.
 * @returns nothing for a call that is made for the first time, or without a key
 */
export function outcomeBefore(trx: Trx): unknown {
  return before.get(trx);
}

/**
 * The database for one call under a key. Its transaction claims the key first, and keeps what it comes to along
 * with what it writes: both are there, or neither. If the key was used before, `work` does not run, and the
 * transaction comes to what is kept; a call that has the key at this moment is waited for.
 *
 * A result is kept as JSON. A refusal that `work` returns is kept with what it wrote, and one that it throws after
 * the rollback. Whatever else is thrown leaves no key behind.
 * @param options.withoutData leaves out whatever the result calls `data`. `work` runs all the same if the key was used
 *   before, unless to be refused, and finds by `outcomeBefore` what is kept; what it comes to then is kept in its place.
 */
export function keepOutcome(
  database: Database,
  call: KeyedCall,
  options: { withoutData?: boolean } = {},
): Database {
  let begun = false;
  return {
    ...database,
    async transact(work) {
      // The outcome of the first would stand for both.
      if (begun) throw new Error('A procedure that takes a key has one transaction.');
      begun = true;
      return options.withoutData ? transactAgain(database, call, work) : transactOnce(database, call, work);
    },
  };
}

/** Removes outcomes that do not count any more. */
export function forgetOutcomes(db: Executor): Promise<void> {
  return deleteOldKeys(db, oldest(new Date()));
}

async function transactOnce<Result>(
  database: Database,
  call: KeyedCall,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  let outcome: KeptOutcome;
  try {
    outcome = await transactWithKey(database, call, async (trx) => {
      const result = await work(trx);
      await keep(trx, call, result);
      return { result };
    });
  } catch (error) {
    if (!(error instanceof DomainError) || !isKept(error.code)) throw error;
    // Nothing came of the work, and its key is free: a twin may have taken it meanwhile, and then its outcome counts.
    outcome = await transactWithKey(database, call, async (trx) => {
      await keep(trx, call, error);
      return { refusal: error };
    });
  }
  // This run of the work came to it, or a former one.
  return open(outcome) as Result;
}

async function transactAgain<Result>(
  database: Database,
  call: KeyedCall,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  return database.transact(async (trx) => {
    const now = new Date();
    if (await claimKey(trx, call, { now, after: oldest(now) })) {
      const result = await work(trx);
      await keep(trx, call, withoutData(result));
      return result;
    }
    before.set(trx, open(await readClaimed(trx, call, now)));
    const result = await work(trx);
    // A part of it may have been made for the first time. A refusal leaves standing what was not refused before.
    if (!(result instanceof DomainError)) await keep(trx, call, withoutData(result));
    return result;
  });
}

function withoutData(result: unknown): unknown {
  if (result instanceof DomainError) return result;
  return JSON.parse(JSON.stringify(result, (name, value) => (name === 'data' ? undefined : value)));
}

/** Runs `work` if the key is free; else it comes to what is kept. */
function transactWithKey(
  database: Database,
  call: KeyedCall,
  work: (trx: Trx) => Promise<KeptOutcome>,
): Promise<KeptOutcome> {
  return database.transact(async (trx) => {
    const now = new Date();
    if (await claimKey(trx, call, { now, after: oldest(now) })) return work(trx);
    return readClaimed(trx, call, now);
  });
}

async function readClaimed(trx: Trx, call: KeyedCall, now: Date): Promise<KeptOutcome> {
  const kept = await readOutcome(trx, call, now);
  if (kept === undefined) throw new Error('unreachable: the claim has locked the row that it met');
  return kept;
}

async function keep(trx: Trx, call: KeyedCall, result: unknown): Promise<void> {
  if (!(result instanceof DomainError)) return setOutcome(trx, call, { result });
  const { code, message, fields } = result;
  await (isKept(code) ? setOutcome(trx, call, { refusal: { code, message, fields } }) : deleteKey(trx, call));
}

async function readOutcome(db: Executor, call: KeyedCall, now: Date): Promise<KeptOutcome | undefined> {
  const found = await findKey(db, call, oldest(now));
  const hashes = [call.inputHash, ...call.formerInputHashes];
  if (found !== undefined && !hashes.includes(found.inputHash)) throw new DomainError('IDEMPOTENCY_CONFLICT');
  return found?.outcome;
}

const NEVER_KEPT = new Set([401, 408, 429]);

/**
 * Whether a refusal stays the answer to its key. What says "not now" or "not you" may be another one the next time; so
 * may every failure of ours.
 */
export function isKept(code: ErrorCode): boolean {
  const { status } = ERROR_CODES[code];
  return status < 500 && !NEVER_KEPT.has(status) && code !== 'IDEMPOTENCY_CONFLICT';
}

function open(outcome: KeptOutcome): unknown {
  if (!('refusal' in outcome)) return outcome.result;
  const { refusal } = outcome;
  if (refusal instanceof DomainError) throw refusal;
  const { code, message, fields } = refusal;
  throw new DomainError(code, { message, ...(fields && { fields }) });
}

function oldest(now: Date): Date {
  return new Date(now.getTime() - KEPT_MILLISECONDS);
}
