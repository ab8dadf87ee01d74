import type { Executor, Trx } from '../connection.ts';

/** A key as it is kept: encrypted under a master key. */
export interface WrappedKey {
  /** A person's id for their data key, the key's own for one that signs receipts. */
  id: string;
  wrappedKey: Buffer;
  masterKeyId: string;
}

/** A stretch of keys in the order of their ids, without those that this master key wraps. */
export interface KeyStretch {
  exceptMasterKeyId: string;
  /** The last id of the stretch before; the first keys unless told. */
  after: string | undefined;
  limit: number;
}

/** How many keys each master key wraps. */
export async function countWrappedKeys(db: Executor): Promise<{ masterKeyId: string; keys: number }[]> {
  const rows = await db
    .selectFrom((from) =>
      from
        .selectFrom('truconn_keys.record_keys')
        .select('master_key_id')
        .unionAll(
          from
            .selectFrom('truconn_keys.receipt_keys')
            .select('master_key_id')
            .where('master_key_id', 'is not', null)
            .$narrowType<{ master_key_id: string }>(),
        )
        .as('wrapped'),
    )
    .select((where) => ['master_key_id as masterKeyId', where.fn.countAll<string>().as('keys')])
    .groupBy('master_key_id')
    .orderBy('master_key_id')
    .execute();
  return rows.map(({ masterKeyId, keys }) => ({ masterKeyId, keys: Number(keys) }));
}

/** People's data keys, locked until the transaction ends. */
export async function lockRecordKeys(
  trx: Trx,
  { exceptMasterKeyId, after, limit }: KeyStretch,
): Promise<WrappedKey[]> {
  return trx
    .selectFrom('truconn_keys.record_keys')
    .select(['user_id as id', 'wrapped_key as wrappedKey', 'master_key_id as masterKeyId'])
    .where('master_key_id', '!=', exceptMasterKeyId)
    .$if(after !== undefined, (query) => query.where('user_id', '>', after as string))
    .orderBy('user_id')
    .limit(limit)
    .forUpdate()
    .execute();
}

/** Keys that sign receipts, locked until the transaction ends. */
export async function lockReceiptKeys(
  trx: Trx,
  { exceptMasterKeyId, after, limit }: KeyStretch,
): Promise<WrappedKey[]> {
  return trx
    .selectFrom('truconn_keys.receipt_keys')
    .select(['id', 'wrapped_private_key as wrappedKey', 'master_key_id as masterKeyId'])
    .where('master_key_id', '!=', exceptMasterKeyId)
    .$if(after !== undefined, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .$narrowType<{ wrappedKey: Buffer; masterKeyId: string }>()
    .execute();
}

export async function rewrapRecordKey(trx: Trx, { id, wrappedKey, masterKeyId }: WrappedKey): Promise<void> {
  await trx
    .updateTable('truconn_keys.record_keys')
    .set({ wrapped_key: wrappedKey, master_key_id: masterKeyId })
    .where('user_id', '=', id)
    .execute();
}

export async function rewrapReceiptKey(trx: Trx, { id, wrappedKey, masterKeyId }: WrappedKey): Promise<void> {
  await trx
    .updateTable('truconn_keys.receipt_keys')
    .set({ wrapped_private_key: wrappedKey, master_key_id: masterKeyId })
    .where('id', '=', id)
    .execute();
}
