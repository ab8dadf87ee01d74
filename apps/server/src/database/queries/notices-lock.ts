import { type RawBuilder, sql } from 'kysely';
import type { Trx } from '../connection.ts';

// Any number, as long as nothing else locks the same.
const NOTICES_LOCK = 7_305_120;

/**
 * Keeps notices from being withdrawn until the transaction ends, beside others who do the same. For a query that has
 * just taken persons' locks: whoever holds this one waits for no person.
 */
export const KEEP_NOTICES: RawBuilder<unknown> = sql`pg_advisory_xact_lock_shared(${sql.lit(NOTICES_LOCK)})`;

/**
 * Waits until nobody is about to change a person's consents or requests, and lets nobody begin before the transaction
 * ends: whoever judged by a notice has written that down by then, and whoever comes later sees that it is withdrawn.
 */
export async function lockNotices(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(NOTICES_LOCK)})`.execute(trx);
}
