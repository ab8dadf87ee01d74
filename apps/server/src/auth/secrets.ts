import { createHash, hkdfSync } from 'node:crypto';
import { keepSecret } from '../kept-secret.ts';
import type { Settings } from '../settings.ts';

/** A key that signs tokens, and the name (`kid`) that a token's header calls it by. */
export interface SigningKey {
  id: string;
  /** 256 bits (RFC 8725 3.5). */
  bytes: Uint8Array;
}

const SECRET_KEY_FILE = {
  name: 'secret-key',
  whenDamaged: 'remove it to have a new one made: access and refresh tokens end with it.',
};

/** The first key signs, all of them verify. */
export interface SigningKeys {
  current: SigningKey;
  byId: ReadonlyMap<string, SigningKey>;
}

/**
 * Derives the token keys from `SECRET_KEY` and its fallbacks, making a secret where none is set.
 * @throws EmbeddedDatabaseError when DATA_DIR cannot be made, SettingsError when the kept secret is damaged
 */
export async function loadSigningKeys(settings: Settings): Promise<SigningKeys> {
  const secretKey = settings.secretKey ?? (await keepSecret(settings.dataDir, SECRET_KEY_FILE));
  return deriveSigningKeys(secretKey, settings.secretKeyFallbacks);
}

/** The first secret's key signs; the keys of the former ones still verify. */
export function deriveSigningKeys(secretKey: string, formerKeys: readonly string[] = []): SigningKeys {
  const current = deriveSigningKey(secretKey);
  const keys = [current, ...formerKeys.map(deriveSigningKey)];
  return { current, byId: new Map(keys.map((key) => [key.id, key])) };
}

function deriveSigningKey(secret: string): SigningKey {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', 'truconn/token-signing/v1', 32));
  const id = createHash('sha256').update('truconn/key-id/v1').update(bytes).digest('hex').slice(0, 16);
  return { id, bytes };
}
