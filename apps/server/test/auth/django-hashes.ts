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
export async function djangoArgon2(
  password: string,
  { variant = 'argon2id', memory = 64, passes = 2, lanes = 8 } = {},
): Promise<string> {
  const cost = { memoryCost: memory, timeCost: passes, parallelism: lanes, hashLength: 32 };
  const type = variant === 'argon2i' ? argon2.argon2i : argon2.argon2id;
  const salt = Buffer.from('aBcDeFgHiJkLmNoPqRsTuV');
  const digest = await argon2.hash(password, { type, ...cost, salt, raw: true });
  const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `argon2$${variant}$v=19$m=${memory},t=${passes},p=${lanes}$${encode(salt)}$${encode(digest)}`;
}

/** As the same class did before Django 3.2. */
export function djangoArgon2i(password: string): Promise<string> {
  return djangoArgon2(password, { variant: 'argon2i', memory: 512, passes: 2, lanes: 2 });
}
