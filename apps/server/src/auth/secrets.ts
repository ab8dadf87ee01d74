import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../settings.ts';

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

/** Derives the token keys from `SECRET_KEY` and its fallbacks, making a secret where none is set. */
export function loadSigningKeys(settings: Settings): SigningKeys {
  const secretKey = settings.secretKey ?? keepSecret(path.join(settings.dataDir, 'secret-key'));
  const keys = [secretKey, ...settings.secretKeyFallbacks].map(deriveSigningKey);
  const [current] = keys;
  if (current === undefined) throw new Error('unreachable: there is always a secret key');
  return { current, byId: new Map(keys.map((key) => [key.id, key])) };
}

function deriveSigningKey(secret: string): SigningKey {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, '', 'truconn/token-signing/v1', 32));
  const id = createHash('sha256').update('truconn/key-id/v1').update(bytes).digest('hex').slice(0, 16);
  return { id, bytes };
}

// `wx` lets one of several processes that start at once make the secret; the others read it.
function keepSecret(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) {
    throw new Error(
      `${file} does not hold a whole secret; remove it to have a new one made; every access and refresh token ends with it.`,
    );
  }
  return secret;
}
