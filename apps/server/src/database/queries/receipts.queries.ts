import type { Language, ReceiptKey } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import { hashOf } from './notice-columns.ts';

/** The key that signs, as it is kept. */
export interface StoredSigningKey {
  id: string;
  wrappedPrivateKey: Buffer;
  masterKeyId: string;
}

/** The same, about to be kept. */
export interface NewSigningKey extends StoredSigningKey {
  publicKey: ReceiptKey;
  createdAt: Date;
}

/** The one key that signs; nothing before the first was made. */
export async function findSigningKey(db: Executor): Promise<StoredSigningKey | undefined> {
  return db
    .selectFrom('truconn_keys.receipt_keys')
    .select(['id', 'wrapped_private_key as wrappedPrivateKey', 'master_key_id as masterKeyId'])
    .$narrowType<{ wrappedPrivateKey: Buffer; masterKeyId: string }>()
    .where('retired_at', 'is', null)
    .executeTakeFirst();
}

/** Lets a key sign, unless there is one that does: then nothing happens. */
export async function insertFirstSigningKey(db: Executor, key: NewSigningKey): Promise<void> {
  await insertKey(db, key)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Lets a key sign in place of the one that does, under the lock of `lockSigningKeys`. */
export async function insertNextSigningKey(trx: Trx, key: NewSigningKey): Promise<void> {
  await insertKey(trx, key).execute();
}

function insertKey(db: Executor, key: NewSigningKey) {
  return db.insertInto('truconn_keys.receipt_keys').values({
    id: key.id,
    public_key: JSON.stringify(key.publicKey),
    wrapped_private_key: key.wrappedPrivateKey,
    master_key_id: key.masterKeyId,
    created_at: key.createdAt,
    retired_at: null,
  });
}

/** Keeps everybody else from adding or retiring a key until the transaction ends. Reading goes on. */
export async function lockSigningKeys(trx: Trx): Promise<void> {
  await sql`lock table ${sql.table('truconn_keys.receipt_keys')} in share row exclusive mode`.execute(trx);
}

/**
 * Erases the private half of the key that signs.
 * @returns its id, if there was one
 */
export async function retireSigningKey(trx: Trx, at: Date): Promise<string | undefined> {
  const row = await trx
    .updateTable('truconn_keys.receipt_keys')
    .set({ retired_at: at, wrapped_private_key: null, master_key_id: null })
    .where('retired_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** The public halves of all keys that have ever signed, oldest first. */
export async function listPublicKeys(db: Executor): Promise<ReceiptKey[]> {
  const rows = await db
    .selectFrom('truconn_keys.receipt_keys')
    .select('public_key as publicKey')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  // `insertKey` wrote them.
  return rows.map(({ publicKey }) => publicKey as unknown as ReceiptKey);
}

/** Of a category and one version of its notice, what a receipt says. */
export interface ReceiptCategory {
  key: string;
  /** What the version covers; null for a version that there is not. */
  fields: string[] | null;
  /** Of its text in that language; null where there is none. */
  noticeHash: string | null;
}

export async function findReceiptCategory(
  db: Executor,
  categoryId: number,
  notice: { version: number | null; language: Language | null },
): Promise<ReceiptCategory | undefined> {
  return db
    .selectFrom('categories')
    .leftJoin('notice_versions', (join) =>
      join
        .onRef('notice_versions.category_id', '=', 'categories.id')
        .on('notice_versions.version', '=', notice.version),
    )
    .leftJoin('notices', (join) =>
      join
        .onRef('notices.category_id', '=', 'notice_versions.category_id')
        .onRef('notices.version', '=', 'notice_versions.version')
        .on('notices.language', '=', notice.language),
    )
    .select(['categories.key', 'notice_versions.fields'])
    .select(hashOf('notices.body').$castTo<string | null>().as('noticeHash'))
    .where('categories.id', '=', categoryId)
    .executeTakeFirst();
}
