import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import argon2 from 'argon2';

/** A hash whose format and parameters have been checked: judging a password against it does not throw. */
export type StoredHash = OwnHash | ImportedHash;

/** Of a password in NFC. */
interface OwnHash {
  format: 'argon2id';
  phc: string;
}

/** Made by Django, which took passwords as they were typed. */
type ImportedHash =
  | { format: 'django-argon2id'; phc: string }
  | { format: 'django-pbkdf2'; iterations: number; salt: string; digest: Buffer };

const PBKDF2_MAX_ITERATIONS = 5_000_000;
// A hash that asks for more is no password's; verifying it would take the server's memory or its day.
const ARGON2_BOUNDS = { memoryKibibytes: 1_048_576, passes: 32, lanes: 64 };

// 8 bytes of salt and 16 of digest at least (RFC 9106 3.1).
const PHC =
  /^\$argon2id\$v=19\$[mtp]=[1-9]\d{0,6}(?:,[mtp]=[1-9]\d{0,6}){2}\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{22,128}$/;
const PBKDF2 = /^pbkdf2_sha256\$([1-9]\d{0,6})\$([^$]{1,128})\$([A-Za-z0-9+/]{43}=)$/;

const derive = promisify(pbkdf2);

/**
 * @param hash as it stands in the database: ours (`$argon2id$…`), or one imported from Django
 *   (`argon2$argon2id$…`, `pbkdf2_sha256$<iterations>$<salt>$<base64>`)
 * @returns nothing for any other format, and for parameters out of bounds
 */
export function readHash(hash: string): StoredHash | undefined {
  if (hash.startsWith('pbkdf2_sha256$')) return readPbkdf2(hash);
  if (isArgon2id(hash)) return { format: 'argon2id', phc: hash };
  // Django writes its algorithm's name before the PHC string, which begins with a $ of its own.
  const phc = hash.replace(/^argon2(?=\$)/, '');
  return isArgon2id(phc) ? { format: 'django-argon2id', phc } : undefined;
}

function readPbkdf2(hash: string): StoredHash | undefined {
  const [, iterationsText, salt, digest] = PBKDF2.exec(hash) ?? [];
  if (iterationsText === undefined || salt === undefined || digest === undefined) return undefined;
  const iterations = Number(iterationsText);
  if (iterations > PBKDF2_MAX_ITERATIONS) return undefined;
  return { format: 'django-pbkdf2', iterations, salt, digest: Buffer.from(digest, 'base64') };
}

function isArgon2id(phc: string): boolean {
  if (!PHC.test(phc)) return false;
  // Django's library writes m,t,p and ours m,p,t; one that is missing counts as 0.
  const read = (name: 'm' | 't' | 'p') => Number(new RegExp(`[$,]${name}=(\\d+)`).exec(phc)?.[1] ?? 0);
  const [memory, passes, lanes] = [read('m'), read('t'), read('p')];
  const isWhole = passes >= 1 && lanes >= 1 && memory >= 8 * lanes;
  const { memoryKibibytes, passes: maxPasses, lanes: maxLanes } = ARGON2_BOUNDS;
  return isWhole && memory <= memoryKibibytes && passes <= maxPasses && lanes <= maxLanes;
}

/** Whether the password is the one that was hashed. Takes up to two hashes' work for an imported one. */
export async function matchesHash(stored: StoredHash, password: string): Promise<boolean> {
  const composed = password.normalize('NFC');
  if (stored.format === 'argon2id') return argon2.verify(stored.phc, composed);
  if (await matchesImported(stored, password)) return true;
  // Typed on another keyboard now than when Django hashed it.
  return composed !== password && matchesImported(stored, composed);
}

async function matchesImported(stored: ImportedHash, password: string): Promise<boolean> {
  if (stored.format === 'django-argon2id') return argon2.verify(stored.phc, password);
  const { iterations, salt, digest } = stored;
  return timingSafeEqual(await derive(password, salt, iterations, digest.length, 'sha256'), digest);
}
