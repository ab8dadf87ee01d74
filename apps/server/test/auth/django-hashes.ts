import { createHash, pbkdf2Sync } from 'node:crypto';
import argon2 from 'argon2';
import bcrypt from 'bcrypt';

const SALT = 'hXq8VZ2mZyM0cT6u0bTk9A';

/** As django.contrib.auth.hashers.PBKDF2PasswordHasher encodes it. */
export function djangoPbkdf2(password: string, iterations = 1000, salt = SALT): string {
  const digest = pbkdf2Sync(Buffer.from(password), salt, iterations, 32, 'sha256');
  return `pbkdf2_sha256$${iterations}$${salt}$${digest.toString('base64')}`;
}

/** As django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher does. */
export function djangoPbkdf2Sha1(password: string, iterations = 1000, salt = SALT): string {
  const digest = pbkdf2Sync(Buffer.from(password), salt, iterations, 20, 'sha1');
  return `pbkdf2_sha1$${iterations}$${salt}$${digest.toString('base64')}`;
}

/** As django.contrib.auth.hashers.BCryptSHA256PasswordHasher does. */
export async function djangoBcrypt(password: string, cost = 4): Promise<string> {
  const hashed = createHash('sha256').update(password).digest('hex');
  return `bcrypt_sha256$${await bcrypt.hash(hashed, cost)}`;
}

/** As django.contrib.auth.hashers.Argon2PasswordHasher does: with the parameters in argon2-cffi's order. */
export async function djangoArgon2(password: string): Promise<string> {
  const cost = { memoryCost: 64, timeCost: 2, parallelism: 8, hashLength: 32 };
  const salt = Buffer.from('aBcDeFgHiJkLmNoPqRsTuV');
  const digest = await argon2.hash(password, { type: argon2.argon2id, ...cost, salt, raw: true });
  const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `argon2$argon2id$v=19$m=64,t=2,p=8$${encode(salt)}$${encode(digest)}`;
}
