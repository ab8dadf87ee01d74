import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureDataDir } from '../database/embedded/index.ts';
import { type Settings, SettingsError } from '../settings.ts';

/** A key that signs tokens, and the name (`kid`) that a token's header calls it by. */
export interface SigningKey {
  id: string;
  /** 256 bits (RFC 8725 3.5). */
  bytes: Uint8Array;
}

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
  const secretKey = settings.secretKey ?? (await keepSecret(settings.dataDir));
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

// `wx` lets one of several processes that start at once make the secret; the others read it.
async function keepSecret(dataDir: string): Promise<string> {
  const file = path.join(await ensureDataDir(dataDir), 'secret-key');
  const made = `${randomBytes(32).toString('hex')}\n`;
  try {
    await writeFile(file, made, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length >= 32) return secret;
  throw new SettingsError([
    `${file} does not hold a whole secret; remove it to have a new one made: access and refresh tokens end with it.`,
  ]);
}
