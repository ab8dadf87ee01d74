import type { Executor } from '../database/connection.ts';
import { requireMasterKeys } from '../domain/encryption/master-keys-in-use.ts';
import { EncryptionError } from '../encryption/encryption-error.ts';
import { loadMasterKeys } from '../encryption/master-keys.ts';
import type { Settings } from '../settings.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Says which secrets the settings leave to DATA_DIR. */
export function* examineSecrets({ secretKey, masterKey }: Settings): Generator<Finding> {
  for (const [name, secret] of Object.entries({ SECRET_KEY: secretKey, MASTER_KEY: masterKey })) {
    if (secret !== undefined) continue;
    yield ok(`${name} is not set; the one kept under DATA_DIR is used (production needs its own).`);
  }
}

/** Says whether MASTER_KEY opens what is encrypted, and whether its fallbacks are still needed. */
export async function examineKeys(db: Executor, settings: Settings): Promise<Finding> {
  try {
    const { present, former } = await requireMasterKeys(db, await loadMasterKeys(settings));
    if (former > 0) {
      return warning(`Keys that only MASTER_KEY_FALLBACKS opens: ${former}; npm run rotate-master-key.`);
    }
    const unneeded = settings.masterKeyFallbacks.length > 0 ? ' without MASTER_KEY_FALLBACKS' : '';
    return ok(`MASTER_KEY opens what is encrypted${unneeded}; keys: ${present}.`);
  } catch (error) {
    if (error instanceof EncryptionError) return problem(error.message);
    throw error;
  }
}
