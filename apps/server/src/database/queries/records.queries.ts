import type { RecordSchema } from '@truconn/contract';
import type { Executor, Trx } from '../connection.ts';
import { runByName } from '../run-by-name.ts';

/** A person's data key as it is kept. */
export interface StoredRecordKey {
  id: string;
  wrappedKey: Buffer;
  masterKeyId: string;
}

/** A person's record of one category as it is kept. */
export interface StoredRecord {
  categoryId: number;
  nonce: Buffer;
  ciphertext: Buffer;
}

/**
 * What the records of a category must fulfil; null where its fields come from the profile.
 * @returns nothing for an unknown category
 */
export async function findRecordSchema(
  db: Executor,
  categoryId: number,
): Promise<{ recordSchema: RecordSchema | null } | undefined> {
  return db
    .selectFrom('categories')
    .select('record_schema as recordSchema')
    .where('id', '=', categoryId)
    .executeTakeFirst();
}

/** A record with the key that opens it; without that key there is no record. */
export async function findRecord(
  db: Executor,
  userId: string,
  categoryId: number,
): Promise<(Omit<StoredRecord, 'categoryId'> & { key: StoredRecordKey; updatedAt: Date }) | undefined> {
  const query = db
    .selectFrom('records as record')
    .innerJoin('truconn_keys.record_keys as key', (join) =>
      join.onRef('key.user_id', '=', 'record.user_id').onRef('key.id', '=', 'record.key_id'),
    )
    .select([
      'record.nonce',
      'record.ciphertext',
      'record.updated_at as updatedAt',
      'key.id',
      'key.wrapped_key as wrappedKey',
      'key.master_key_id as masterKeyId',
    ])
    .where('record.user_id', '=', userId)
    .where('record.category_id', '=', categoryId);
  const [row] = await runByName(db, 'record_by_category', query.compile());
  if (row === undefined) return undefined;
  const { nonce, ciphertext, updatedAt, ...key } = row;
  return { nonce, ciphertext, updatedAt, key };
}

/** All of a person's records that one key opens. */
export async function listRecords(
  db: Executor,
  userId: string,
  keyId: string,
): Promise<(StoredRecord & { updatedAt: Date })[]> {
  return db
    .selectFrom('records')
    .select(['category_id as categoryId', 'nonce', 'ciphertext', 'updated_at as updatedAt'])
    .where('user_id', '=', userId)
    .where('key_id', '=', keyId)
    .orderBy('category_id')
    .execute();
}

/** Writes a record in place of the one before. */
export async function saveRecord(
  trx: Trx,
  userId: string,
  { categoryId, nonce, ciphertext, keyId, updatedAt }: StoredRecord & { keyId: string; updatedAt: Date },
): Promise<void> {
  const content = { key_id: keyId, nonce, ciphertext, updated_at: updatedAt };
  await trx
    .insertInto('records')
    .values({ user_id: userId, category_id: categoryId, ...content })
    .onConflict((conflict) => conflict.columns(['user_id', 'category_id']).doUpdateSet(content))
    .execute();
}

export async function deleteRecord(trx: Trx, userId: string, categoryId: number): Promise<void> {
  await trx
    .deleteFrom('records')
    .where('user_id', '=', userId)
    .where('category_id', '=', categoryId)
    .execute();
}

export async function findRecordKey(db: Executor, userId: string): Promise<StoredRecordKey | undefined> {
  return db
    .selectFrom('truconn_keys.record_keys')
    .select(['id', 'wrapped_key as wrappedKey', 'master_key_id as masterKeyId'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** Writes a person's data key in place of the one before; the caller holds the lock of the person's ledger. */
export async function saveRecordKey(
  trx: Trx,
  userId: string,
  { id, wrappedKey, masterKeyId, createdAt }: StoredRecordKey & { createdAt: Date },
): Promise<void> {
  const key = { id, wrapped_key: wrappedKey, master_key_id: masterKeyId, created_at: createdAt };
  await trx
    .insertInto('truconn_keys.record_keys')
    .values({ user_id: userId, ...key })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(key))
    .execute();
}

/** Erases all records of a person: nothing else opens them, here and in every backup of the data. */
export async function deleteRecordKey(trx: Trx, userId: string): Promise<void> {
  await trx.deleteFrom('truconn_keys.record_keys').where('user_id', '=', userId).execute();
}

/** People with a data key, by their ids. */
export async function listKeyOwners(
  db: Executor,
  page: { after: string | undefined; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('truconn_keys.record_keys')
    .select('user_id as userId')
    .$if(page.after !== undefined, (query) => query.where('user_id', '>', page.after as string))
    .orderBy('user_id')
    .limit(page.limit)
    .execute();
  return rows.map(({ userId }) => userId);
}
