import { createHash, hkdfSync } from 'node:crypto';
import { keepSecret } from '../kept-secret.ts';
import type { Settings } from '../settings.ts';

/** A key that wraps other keys, and the name by which a wrapped key remembers it. */
export interface MasterKey {
  id: string;
  /** 256 bits. */
  bytes: Uint8Array;
}

const MASTER_KEY_FILE = {
  name: 'master-key',
  whenDamaged:
    'put it back from a backup: what people keep in their records opens with it alone. Remove it only where nobody keeps any.',
};

/** The first key wraps, all of them unwrap. */
export interface MasterKeys {
  current: MasterKey;
  byId: ReadonlyMap<string, MasterKey>;
}

/**
 * Derives the master keys from `MASTER_KEY` and its fallbacks, making a secret where none is set.
 * @throws EmbeddedDatabaseError when DATA_DIR cannot be made, SettingsError when the kept secret is damaged
 */
export async function loadMasterKeys(settings: Settings): Promise<MasterKeys> {
  const masterKey = settings.masterKey ?? (await keepSecret(settings.dataDir, MASTER_KEY_FILE));
  return deriveMasterKeys(masterKey, settings.masterKeyFallbacks);
}

/** The first secret's key wraps; the keys of the former ones still unwrap. */
export function deriveMasterKeys(masterKey: string, formerKeys: readonly string[] = []): MasterKeys {
  const current = deriveMasterKey(masterKey);
  const keys = [current, ...formerKeys.map(deriveMasterKey)];
  return { current, byId: new Map(keys.map((key) => [key.id, key])) };
}

// Labels of its own (RFC 5869 3.2): a secret that served elsewhere, too, would still give another key here.
function deriveMasterKey(secret: string): MasterKey {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', 'truconn/master-key/v1', 32));
  const id = createHash('sha256').update('truconn/master-key-id/v1').update(bytes).digest('hex').slice(0, 16);
  return { id, bytes };
}
