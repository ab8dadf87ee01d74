import { createHash, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import argon2 from 'argon2';
import bcrypt from 'bcrypt';

/** A hash whose format and parameters have been checked: judging a password against it does not throw. */
export type StoredHash = OwnHash | ImportedHash;

/** Of a password in NFC. */
interface OwnHash {
  format: 'argon2id';
  phc: string;
}

/** Made by Django, which took passwords as they were typed. */
type ImportedHash =
  | { format: 'django-argon2'; phc: string }
  | { format: 'django-pbkdf2'; hash: 'sha256' | 'sha1'; iterations: number; salt: string; digest: Buffer }
  | { format: 'django-bcrypt'; modular: string };

/** What `readHash` reads, for a person. */
export const HASH_FORMATS =
  'pbkdf2_sha256$… or pbkdf2_sha1$… of up to 5,000,000 iterations, argon2$argon2id$… or argon2$argon2i$… of up to 262,144 KiB, 16 lanes, 32 passes and 1,048,576 KiB × passes, or bcrypt_sha256$$2b$… of a cost up to 16';

/** Django's mark of an account without a password. It is no hash: nothing matches it. */
export const UNUSABLE_PREFIX = '!';

// A hash that asks for more is no password's; verifying it would take the server's memory or its day.
const PBKDF2_MAX_ITERATIONS = 5_000_000;
const [BCRYPT_MIN_COST, BCRYPT_MAX_COST] = [4, 16];
// Time is memory times passes: four passes of the most memory, or all passes of an eighth of it.
const ARGON2_BOUNDS = { memoryKibibytes: 262_144, passes: 32, lanes: 16, kibibytePasses: 1_048_576 };

// 8 bytes of salt and 16 of digest at least (RFC 9106 3.1).
const PHC =
  /^\$argon2(?:id|i)\$v=19\$[mtp]=[1-9]\d{0,6}(?:,[mtp]=[1-9]\d{0,6}){2}\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{22,128}$/;
const PBKDF2 = /^pbkdf2_(sha256|sha1)\$([1-9]\d{0,6})\$([^$]{1,128})\$([A-Za-z0-9+/]{27,43}=)$/;
const DIGEST_BYTES = { sha256: 32, sha1: 20 } as const;
// 16 bytes of salt and 23 of digest. Unused bits at the end of either are zero: bcrypt matches nothing else.
const BCRYPT =
  /^bcrypt_sha256\$(\$2[ab]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/;

const derive = promisify(pbkdf2);

/**
 * @param hash as it stands in the database: ours (`$argon2id$…`), or one imported from Django
 *   (`argon2$argon2id$…`, before Django 3.2 `argon2$argon2i$…`, `pbkdf2_sha256$<iterations>$<salt>$<base64>`,
 *   `pbkdf2_sha1$…`, `bcrypt_sha256$$2b$<cost>$…`)
 * @returns nothing for any other format, and for parameters out of bounds
 */
export function readHash(hash: string): StoredHash | undefined {
  if (hash.startsWith('pbkdf2_')) return readPbkdf2(hash);
  if (hash.startsWith('bcrypt_')) return readBcrypt(hash);
  if (hash.startsWith('$argon2id$')) return isArgon2(hash) ? { format: 'argon2id', phc: hash } : undefined;
  // Django writes its algorithm's name before the PHC string, which begins with a $ of its own.
  const phc = hash.replace(/^argon2(?=\$)/, '');
  return phc !== hash && isArgon2(phc) ? { format: 'django-argon2', phc } : undefined;
}

function readPbkdf2(encoded: string): StoredHash | undefined {
  const [, name, iterationsText, salt, base64 = ''] = PBKDF2.exec(encoded) ?? [];
  if (salt === undefined) return undefined;
  const hash = name === 'sha1' ? 'sha1' : 'sha256';
  const [iterations, digest] = [Number(iterationsText), Buffer.from(base64, 'base64')];
  if (iterations > PBKDF2_MAX_ITERATIONS || digest.length !== DIGEST_BYTES[hash]) return undefined;
  return { format: 'django-pbkdf2', hash, iterations, salt, digest };
}

function readBcrypt(encoded: string): StoredHash | undefined {
  const [, modular, cost] = BCRYPT.exec(encoded) ?? [];
  if (modular === undefined || Number(cost) < BCRYPT_MIN_COST || Number(cost) > BCRYPT_MAX_COST) {
    return undefined;
  }
  return { format: 'django-bcrypt', modular };
}

function isArgon2(phc: string): boolean {
  if (!PHC.test(phc)) return false;
  // Django's library writes m,t,p and ours m,p,t; one that is missing counts as 0.
  const read = (name: 'm' | 't' | 'p') => Number(new RegExp(`[$,]${name}=(\\d+)`).exec(phc)?.[1] ?? 0);
  const [memory, passes, lanes] = [read('m'), read('t'), read('p')];
  const isWhole = passes >= 1 && lanes >= 1 && memory >= 8 * lanes;
  const bounds = ARGON2_BOUNDS;
  const isBounded = memory <= bounds.memoryKibibytes && passes <= bounds.passes && lanes <= bounds.lanes;
  return isWhole && isBounded && memory * passes <= bounds.kibibytePasses;
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
  if (stored.format === 'django-argon2') return argon2.verify(stored.phc, password);
  if (stored.format === 'django-bcrypt') {
    // Hashed first, because bcrypt reads no more than 72 bytes.
    return bcrypt.compare(createHash('sha256').update(password).digest('hex'), stored.modular);
  }
  const { hash, iterations, salt, digest } = stored;
  return timingSafeEqual(await derive(password, salt, iterations, digest.length, hash), digest);
}
