import type { Executor } from '../../database/connection.ts';
import { countWrappedKeys } from '../../database/queries/encryption.queries.ts';
import { unknownMasterKeys } from '../../encryption/envelope.ts';
import type { MasterKeys } from '../../encryption/master-keys.ts';

/** How many of the database's keys the present master key wraps, and how many the former ones do. */
export interface MasterKeysInUse {
  present: number;
  former: number;
}

/**
 * Looks at which master keys the database needs.
 * @throws EncryptionError for one that no setting gives: what it wraps could not be read
 */
export async function requireMasterKeys(
  db: Executor,
  { current, byId }: MasterKeys,
): Promise<MasterKeysInUse> {
  const counts = await countWrappedKeys(db);
  const unknown = counts.filter(({ masterKeyId }) => !byId.has(masterKeyId));
  if (unknown.length > 0) throw unknownMasterKeys(unknown.map(({ masterKeyId }) => masterKeyId));
  const total = counts.reduce((sum, { keys }) => sum + keys, 0);
  const present = counts.find(({ masterKeyId }) => masterKeyId === current.id)?.keys ?? 0;
  return { present, former: total - present };
}
