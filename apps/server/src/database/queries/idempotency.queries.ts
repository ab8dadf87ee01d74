import type { Executor, Trx } from '../connection.ts';
import type { KeptOutcome } from '../tables.ts';

/** Whose key it is: a person's, or an API key's own. */
export type KeyOwner = { userId: string } | { apiKeyId: string };

/** Whose key it is, and for what: the same key of somebody else or at another procedure is another one. */
export interface KeyedCall {
  owner: KeyOwner;
  procedure: string;
  key: string;
  /** Of the input, in hex; keyed, so that nobody can try inputs against it. */
  inputHash: string;
  /** What the same input's hash was before the master key was a new one. */
  formerInputHashes: string[];
}

/** What a key was used for before. */
export interface KeyRecord {
  inputHash: string;
  outcome: KeptOutcome;
}

/** @param after older keys count as absent */
export async function findKey(
  db: Executor,
  { owner, procedure, key }: KeyedCall,
  after: Date,
): Promise<KeyRecord | undefined> {
  return db
    .selectFrom('idempotency_keys')
    .select(['input_hash as inputHash', 'outcome'])
    .where('caller_id', '=', idOf(owner))
    .where('procedure', '=', procedure)
    .where('key', '=', key)
    .where('created_at', '>', after)
    .$narrowType<{ outcome: KeptOutcome }>()
    .executeTakeFirst();
}

/**
 * Takes a key, or one that is too old to count, until the transaction ends. Waits for another transaction that has
 * it at this moment.
 * @returns whether it is the caller's; if not, somebody's outcome is kept under it
 */
export async function claimKey(
  trx: Trx,
  { owner, procedure, key, inputHash }: KeyedCall,
  { now, after }: { now: Date; after: Date },
): Promise<boolean> {
  const claim = { input_hash: inputHash, outcome: null, created_at: now };
  const claimed = await trx
    .insertInto('idempotency_keys')
    .values({ ...columnsOf(owner), procedure, key, ...claim })
    .onConflict((conflict) =>
      conflict
        .columns(['caller_id', 'procedure', 'key'])
        .doUpdateSet(claim)
        .where('idempotency_keys.created_at', '<=', after),
    )
    .returning('key')
    .executeTakeFirst();
  return claimed !== undefined;
}

/** Writes down what a claimed key's call came to. */
export async function setOutcome(trx: Trx, call: KeyedCall, outcome: KeptOutcome): Promise<void> {
  await trx
    .updateTable('idempotency_keys')
    .set({ outcome: JSON.stringify(outcome) })
    .where('caller_id', '=', idOf(call.owner))
    .where('procedure', '=', call.procedure)
    .where('key', '=', call.key)
    .execute();
}

/** Gives a claimed key back. */
export async function deleteKey(trx: Trx, { owner, procedure, key }: KeyedCall): Promise<void> {
  await trx
    .deleteFrom('idempotency_keys')
    .where('caller_id', '=', idOf(owner))
    .where('procedure', '=', procedure)
    .where('key', '=', key)
    .execute();
}

export async function deleteOldKeys(db: Executor, until: Date): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('created_at', '<=', until).execute();
}

/** Ids are UUIDs, so that no person's is an API key's. */
export function idOf(owner: KeyOwner): string {
  return 'userId' in owner ? owner.userId : owner.apiKeyId;
}

function columnsOf(owner: KeyOwner) {
  return 'userId' in owner
    ? { user_id: owner.userId, api_key_id: null }
    : { user_id: null, api_key_id: owner.apiKeyId };
}
